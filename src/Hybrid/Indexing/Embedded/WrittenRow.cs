using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>A row as it was written since the index was loaded.</summary>
/// <param name="row">Its vector does not count.</param>
internal sealed class WrittenRow(in StoredItem row, long place) : RowOrigin
{
    private readonly Item _fields = row.Fields;
    private readonly long _sequence = row.Sequence;
    private readonly string _fingerprint = row.Fingerprint;

    public override Item Fields(int at) => _fields;

    public override ItemId Id(int at) => _fields.Id;

    public override int IdHash(int at) => HashOf(System.Text.Encoding.UTF8.GetBytes(_fields.Id.Value));

    public override bool HasId(int at, ReadOnlySpan<byte> utf8)
    {
        Span<byte> own = stackalloc byte[ItemId.MaxBytes];
        return utf8.SequenceEqual(own[..System.Text.Encoding.UTF8.GetBytes(_fields.Id.Value, own)]);
    }

    public override long Place(int at) => place;

    public override long Sequence(int at) => _sequence;

    public override string Fingerprint(int at) => _fingerprint;
}
