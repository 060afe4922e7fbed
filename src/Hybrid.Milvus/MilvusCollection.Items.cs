using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

public sealed partial class MilvusCollection : IItemSource
{
    private static readonly string[] TitledFields = [RowSchema.Key, RowSchema.Title, .. RowSchema.ItemFields];

    public Task<IReadOnlyDictionary<ItemId, Item>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<ItemId, Item>>("read from", async () =>
    {
        ArgumentNullException.ThrowIfNull(items);
        string[] keys = [.. items.Where(item => item != default).Select(item => item.Value).Distinct()];
        var found = new Dictionary<ItemId, Item>(keys.Length);
        IReadOnlyList<RowSet> answers = await Client.GetAsync(Physical, RowSchema.Key, keys, TitledFields, _options.Consistency, cancellationToken)
            .ConfigureAwait(false);
        foreach (RowSet rows in answers.Where(rows => rows.Count > 0))
        {
            IReadOnlyList<string> titles = rows.Column<TextColumn>(RowSchema.Title).Values;
            IReadOnlyList<Item> fields = RowColumns.Items(SearchedFields.KeysOf(rows.Column<TextColumn>(RowSchema.Key)), rows);
            for (int i = 0; i < fields.Count; i++)
                found[fields[i].Id] = fields[i] with { Title = titles[i] };
        }
        return found;
    }, cancellationToken);
}
