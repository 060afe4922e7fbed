using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Records.Sqlite;

/// <summary>The few ways in which this folder talks to SQLite.</summary>
internal static class SqliteCommands
{
    extension(SqliteConnection connection)
    {
        /// <summary>A command with its values bound; change them with <see cref="Set"/> and run it again for the next row.</summary>
        public SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        {
            SqliteCommand command = connection.CreateCommand();
            command.CommandText = sql;
            foreach ((string name, object? value) in values)
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            return command;
        }

        /// <returns>Rows changed by the last statement.</returns>
        public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        {
            using SqliteCommand command = connection.Command(sql, values);
            return command.ExecuteNonQuery();
        }

        /// <summary>The first column of every row, as texts.</summary>
        public IEnumerable<string> Texts(string sql, params (string Name, object? Value)[] values)
        {
            using SqliteCommand command = connection.Command(sql, values);
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
                yield return reader.TextOrEmpty(0);
        }

        /// <summary>The first column of the first row; default when there is no row.</summary>
        public T? Scalar<T>(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        {
            using SqliteCommand command = connection.Command(sql, values);
            return command.ExecuteScalar() is T value ? value : default;
        }
    }

    public static void Set(this SqliteCommand command, string name, object? value) => command.Parameters[name].Value = value ?? DBNull.Value;

    /// <summary>A text as it was written; GetString would end it at its first NUL.</summary>
    /// <exception cref="DamagedRowException">Something else stands there. Bytes with the same content would stand elsewhere in any order, and equal no
    /// text.</exception>
    public static string? Text(this SqliteDataReader reader, int column) => raw.sqlite3_column_type(reader.Handle, column) switch
    {
        raw.SQLITE_TEXT => System.Text.Encoding.UTF8.GetString(raw.sqlite3_column_blob(reader.Handle, column)),
        raw.SQLITE_NULL => null,
        _ => throw new DamagedRowException($"'{reader.GetValue(column)}' stands where there must be a text"),
    };

    /// <summary>A whole number of a column that has nothing else. Where a damaged file has something else, another number: a checksum then says so.</summary>
    public static long Number(this SqliteDataReader reader, int column) => raw.sqlite3_column_int64(reader.Handle, column);

    /// <summary>A text of a column that has none that is null.</summary>
    public static string TextOrEmpty(this SqliteDataReader reader, int column) => reader.Text(column) ?? "";
}
