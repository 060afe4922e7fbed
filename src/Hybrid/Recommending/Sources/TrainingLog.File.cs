using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Recommending.Sources;

public sealed partial class TrainingLog
{
    internal void Write(SourceFile.Writer file)
    {
        file.Write(Codes.Count);
        foreach (ItemId item in Codes.Items)
            file.Write(item.Value);
        file.Write(_users.Length);
        foreach (UserId user in _users)
            file.Write(user.Value);
        file.Write<int>(_starts);
        file.Write<int>(_items);
        file.Write<double>(_days);
        file.Write<bool>(_beginsBasket);
    }

    internal static TrainingLog Read(SourceFile.Reader file)
    {
        var items = new ItemId[file.ReadCount()];
        for (int item = 0; item < items.Length; item++)
            items[item] = new ItemId(file.ReadText());
        var users = new UserId[file.ReadCount()];
        for (int user = 0; user < users.Length; user++)
            users[user] = new UserId(file.ReadText());
        int[] starts = file.ReadArray<int>(), codes = file.ReadPlaces(items.Length);
        double[] days = file.ReadArray<double>();
        bool[] baskets = file.ReadArray<bool>();
        bool isWhole = starts.Length == users.Length + 1 && starts[0] == 0 && starts[^1] == codes.Length && days.Length == codes.Length
            && baskets.Length == codes.Length && starts.Zip(starts.Skip(1)).All(pair => pair.First <= pair.Second);
        return isWhole ? new TrainingLog(new ItemCodes(items), users, starts, codes, days, baskets) : throw new FormatException("its parts do not fit.");
    }
}
