namespace Hybrid.Vectors;

/// <summary>In which space two vectors of an item are blended.</summary>
public enum BlendForm
{
    /// <summary>Both centred and of length 1, in one space: the shorter one continued by zeros.</summary>
    Centred,

    /// <summary>Likewise, beside each other: the dimension is the sum of both, and neither part changes the other.</summary>
    Joined,

    /// <summary>As they are, at length 1: what is common to all texts then outweighs what tells one from another. To compare with.</summary>
    Plain,
}
