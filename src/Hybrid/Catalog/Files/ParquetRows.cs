using Parquet;
using Parquet.Schema;

namespace Hybrid.Catalog.Files;

/// <summary>Reads the rows of a Parquet file, a row group at a time.</summary>
/// <remarks>Structs are flattened, "details.brand"; lists of scalars are lists; maps and lists of others are left out. A row's line is its number.</remarks>
internal sealed class ParquetRows(Stream stream, string name, DataSchema schema, FileReadOptions options, ColumnRoles roles)
{
    public IEnumerable<DataRow> Read(CancellationToken cancellationToken)
    {
        // The whole of it is in memory or in a file, where nothing is waited for.
        var parquet = new ParquetOptions { UseDateOnlyTypeForDates = true };
        ParquetReader reader = Guard(() => Wait(ParquetReader.CreateAsync(stream, parquet, leaveStreamOpen: true, cancellationToken)));
        ParquetColumn[] columns = [];
        try
        {
            columns = Guard(() => reader.Schema.Fields.SelectMany(field => ColumnsOf(field, "")).ToArray());
            string[] names = roles.Recognize([.. columns.Select(column => column.Name)]);
            int[] places = roles.Find(names);
            if (schema.Reject(names, options.Map, places) is { } reason)
                throw new DataFileException(name, reason);
            long number = 0;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                using ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
                long count = Guard(() => Wait(ReadAsync(rows, columns, cancellationToken)));
                for (long row = 0; row < count; row++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    number++;
                    DataField[] fields = Guard(() => NextRow(columns));
                    yield return new DataRow(new DataLine(number, ""), fields, places);
                }
            }
        }
        finally
        {
            foreach (ParquetColumn column in columns)
                column.Free();
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static async Task<long> ReadAsync(ParquetRowGroupReader rows, ParquetColumn[] columns, CancellationToken cancellationToken)
    {
        foreach (ParquetColumn column in columns)
            await column.ReadAsync(rows, cancellationToken).ConfigureAwait(false);
        return rows.RowCount;
    }

    private static DataField[] NextRow(ParquetColumn[] columns)
    {
        var fields = new DataField[columns.Length];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = columns[i].Next(i + 1);
        return fields;
    }

    private IEnumerable<ParquetColumn> ColumnsOf(Field field, string prefix)
    {
        string full = prefix + field.Name;
        if (field is StructField members)
            return members.Fields.SelectMany(member => ColumnsOf(member, full + "."));
        Parquet.Schema.DataField? values = field is ListField { Item: Parquet.Schema.DataField element } ? element : field as Parquet.Schema.DataField;
        if (values is { MaxRepetitionLevel: <= 1 } && ParquetColumn.Of(full, values) is { } column)
            return [column];
        options.OnNote?.Invoke($"{name}: the column {PlainText.Brief(full)} holds a map, lists of objects or of lists, or values of a type that is not "
            + $"read: left out.");
        return [];
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private T Guard<T>(Func<T> get)
    {
        try
        {
            return get();
        }
        // Parquet.Net has no exception of its own for a damaged file: what its decoders meet is thrown as it is.
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException or DataFileException))
        {
            throw new DataFileException(name, $"its Parquet data is damaged, or of a kind that is not read ({e.Message}); write the file again, or "
                + $"export it as CSV", cause: e);
        }
    }
}
