using System.Security.Cryptography;
using Hybrid.Vectors;

namespace Hybrid.Encoding;

public sealed partial record ModelManifest
{
    /// <summary>The space of item vectors made by this model from texts of a template.</summary>
    /// <remarks>
    /// Its hash covers all that decides on the vectors: every file of <see cref="Sha256"/>, how text is cut into tokens and where it is cut off, both prefixes,
    /// the output, pooling and normalizing, how many floats are kept, the adapter, and how a template is read. What only describes the model, such as its
    /// licence, does
    /// not count. Cost:
    /// microseconds; the network is not loaded.
    /// </remarks>
    public VectorSpace SpaceFor(ItemTextTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return new VectorSpace(Name, IdentityHash(), Dimension, VectorSpaceKind.Text, template.ToString());
    }

    /// <summary>Whether a space is one of this model as earlier versions named it: by the hash of the network file alone.</summary>
    /// <remarks>
    /// Its vectors are those of <see cref="SpaceFor"/> with the template of the same text, for every item whose text is still the same: the rows' fingerprints
    /// say which.
    /// </remarks>
    public bool IsFormerIdentity(VectorSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Kind == VectorSpaceKind.Text && space.Model == Name && space.Dimension == Dimension && space.Hash == Sha256[Network];
    }

    private string IdentityHash()
    {
        using MemoryStream identity = new();
        // It writes the length before each text, so that no two lists of values are the same bytes.
        using (BinaryWriter writer = new(identity, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Sha256.Count);
            foreach ((string file, string hash) in Sha256.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                writer.Write(file);
                writer.Write(hash);
            }
            writer.Write(Tokenizer.Type);
            writer.Write(Tokenizer.File);
            writer.Write(Tokenizer.LowerCase);
            writer.Write(Tokenizer.StripAccents);
            writer.Write(MaxTokens);
            writer.Write(QueryPrefix);
            writer.Write(PassagePrefix);
            writer.Write(Output);
            writer.Write(Pooling);
            writer.Write(Normalized);
            writer.Write(ItemTextTemplate.Version);
            if (NetworkDimension != Dimension)
                writer.Write(Dimension);
            if (Adapter is not null)
                writer.Write(Adapter.Checksum);
        }
        return Convert.ToHexStringLower(SHA256.HashData(identity.GetBuffer().AsSpan(0, (int)identity.Length)));
    }
}
