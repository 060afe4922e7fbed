using System.Collections;

namespace Hybrid.Tests.Encoding;

/// <summary>Texts, all "mug", that make a call when one of them is fetched: an encoder fetches them window by window, so this is amid its work.</summary>
internal sealed class CallingList(int count, int callAt, Action call) : IReadOnlyList<string>
{
    public int Count => count;

    /// <summary>The last text that was fetched.</summary>
    public int Last { get; private set; }

    public string this[int index]
    {
        get
        {
            Last = index;
            if (index == callAt)
                call();
            return "mug";
        }
    }

    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
