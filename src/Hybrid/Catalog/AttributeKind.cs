namespace Hybrid.Catalog;

public enum AttributeKind
{
    Text,
    Number,
    Boolean,
    List,
}
