namespace Hybrid.Vectors;

public enum VectorSpaceKind
{
    Text,
    Behavior,
    Blended,
}
