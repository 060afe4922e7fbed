using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records.Sqlite;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Puts a file into the state that a killed process leaves.</summary>
internal static class LeftOvers
{
    /// <summary>As a drop leaves it that is killed after its first step.</summary>
    public static void MarkDropped(string path, string collection)
    {
        using Database database = Open(path);
        database.Write("drop", connection =>
        {
            CollectionRow row = CollectionList.Read(connection).FindByName(collection)!;   // ! : the test has just made it
            (row with { IsDropped = true }).Update(connection);
            return 0;
        });
    }

    /// <summary>How many collections, rows and vectors the tables hold, whether anybody can see them or not.</summary>
    public static (long Collections, long Rows, long Vectors) Count(string path)
    {
        using Database database = Open(path);
        return database.Read("count", connection => (
            connection.Scalar<long>("SELECT count(*) FROM collections"), connection.Scalar<long>("SELECT count(*) FROM rows"),
            connection.Scalar<long>("SELECT count(*) FROM rows WHERE vector IS NOT NULL")));
    }

    /// <summary>Waits until the tables hold no more than this: a start deletes in the background what a drop has left.</summary>
    public static async Task AreGoneAsync(string path, long collections, long vectors)
    {
        long end = Environment.TickCount64 + 60_000;
        (long Collections, long Rows, long Vectors) there;
        while (((there = Count(path)).Collections, there.Vectors) != (collections, vectors) && Environment.TickCount64 < end)
            await Task.Yield();
        Assert.Equal((collections, vectors), (there.Collections, there.Vectors));
    }

    public static Database Open(string path) => Database.Open(
        new DatabaseOptions("embedded", path, VectorTables.Schema, TimeSpan.FromSeconds(30)),
        (file, operation, reason, isTransient, cause) => new VectorStoreException(file, operation, reason, isTransient, cause));
}
