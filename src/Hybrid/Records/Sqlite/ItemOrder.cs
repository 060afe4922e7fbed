using Hybrid.Catalog;

namespace Hybrid.Records.Sqlite;

/// <summary>Sees to it that the ids of a table ascend, as its index has them: damage that gives a row twice in the place of another breaks their
/// order.</summary>
internal sealed class ItemOrder
{
    private string? _last;

    /// <exception cref="DamagedRowException">It does not come after the one before it.</exception>
    public string Next(string id)
    {
        if (_last is not null && Utf8Order.Compare(_last, id) >= 0)
            throw new DamagedRowException($"the row of item '{id}' stands after that of '{_last}'");
        return _last = id;
    }
}
