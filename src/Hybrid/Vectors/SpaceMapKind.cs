namespace Hybrid.Vectors;

/// <summary>How vectors of one space are led into another.</summary>
public enum SpaceMapKind
{
    /// <summary>By what agrees best with held-out pairs, among those that fit the two dimensions.</summary>
    Auto,

    /// <summary>As they are; the dimensions have to be equal.</summary>
    None,

    /// <summary>By a rotation (orthogonal Procrustes), which changes no distance and no angle: the smaller space is filled up with zeros to the
    /// larger.</summary>
    Rotation,

    /// <summary>By a linear map with an L2 penalty.</summary>
    Ridge,

    /// <summary>By such a map through fewer dimensions, those in which its predictions vary most.</summary>
    LowRank,
}
