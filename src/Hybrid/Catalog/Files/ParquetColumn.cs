using System.Globalization;
using System.Numerics;
using System.Text.Unicode;
using Parquet;
using Parquet.Schema;

namespace Hybrid.Catalog.Files;

/// <summary>One column of a Parquet file, whose values are given row by row.</summary>
internal abstract class ParquetColumn(string name)
{
    public string Name { get; } = name;

    /// <summary>Null for values of a type that is not read.</summary>
    public static ParquetColumn? Of(string name, Parquet.Schema.DataField field)
    {
        Type type = field.ClrType;
        bool isUtc = field is DateTimeDataField { IsAdjustedToUTC: true };
        return type == typeof(ReadOnlyMemory<char>) ? Texts<ReadOnlyMemory<char>>(value => value.ToString())
            : type == typeof(ReadOnlyMemory<byte>) ? Texts<ReadOnlyMemory<byte>>(TextOf)
            : type == typeof(long) ? Numbers<long>()
            : type == typeof(int) ? Numbers<int>()
            : type == typeof(short) ? Numbers<short>()
            : type == typeof(sbyte) ? Numbers<sbyte>()
            : type == typeof(ulong) ? Numbers<ulong>()
            : type == typeof(uint) ? Numbers<uint>()
            : type == typeof(ushort) ? Numbers<ushort>()
            : type == typeof(byte) ? Numbers<byte>()
            : type == typeof(double) ? Numbers<double>()
            : type == typeof(float) ? Numbers<float>()
            : type == typeof(decimal) ? Numbers<decimal>()
            : type == typeof(BigInteger) ? Numbers<BigInteger>()
            : type == typeof(bool) ? new ParquetValues<bool>(name, field, AttributeKind.Boolean, value => value ? "true" : "false")
            : type == typeof(DateTime) ? Texts<DateTime>(value => TextOf(value, isUtc || value.Kind == DateTimeKind.Utc))
            : type == typeof(DateOnly) ? Texts<DateOnly>(value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : type == typeof(TimeOnly) ? Texts<TimeOnly>(value => value.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture))
            : type == typeof(TimeSpan) ? Texts<TimeSpan>(value => value.ToString("c", CultureInfo.InvariantCulture))
            : type == typeof(Guid) ? Texts<Guid>(value => value.ToString())
            : null;

        ParquetValues<T> Texts<T>(Func<T, string?> text)
            where T : struct => new(name, field, AttributeKind.Text, text);

        ParquetValues<T> Numbers<T>()
            where T : struct, IFormattable => new(name, field, AttributeKind.Number, value => value.ToString(null, CultureInfo.InvariantCulture));
    }

    public abstract ValueTask ReadAsync(ParquetRowGroupReader rows, CancellationToken cancellationToken);

    /// <summary>The value of the next row.</summary>
    /// <param name="column">The column's number, from 1.</param>
    public abstract DataField Next(int column);

    public abstract void Free();

    private static string TextOf(DateTime time, bool isUtc) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (isUtc ? "Z" : "");

    // Old writers mark texts as bytes; other bytes, of pictures, are no value of an item.
    private static string? TextOf(ReadOnlyMemory<byte> bytes) => Utf8.IsValid(bytes.Span) ? System.Text.Encoding.UTF8.GetString(bytes.Span) : null;
}
