using System.Buffers;

namespace Hybrid.Encoding;

public sealed partial class TextEncoder
{
    /// <summary>Different texts that are tokenized, sorted by length and encoded together.</summary>
    private sealed class TextWindow(TextEncoder encoder, string prefix, CancellationToken cancellationToken) : IDisposable
    {
        /// <summary>From so many texts on, threads share the cutting into tokens.</summary>
        private const int MostTokenizedAlone = 32;

        /// <summary>Batches that are left for each thread when they begin to become smaller, so that all threads end together.</summary>
        private const int SharesLeft = 2;

        private const int LeastBatchTokens = 64;

        private readonly int _d = encoder.Dimension;
        private readonly int _around = encoder.TokensAround(prefix);
        private readonly List<string> _texts = [];
        private readonly List<int> _rows = [];
        private readonly List<(int First, int Count)> _batches = [];
        private readonly Lock _gate = new();
        private int[] _ids = ArrayPool<int>.Shared.Rent(NetworkRuns.BatchTokens);   // one text behind another, under _gate
        private int _used;                                                          // of _ids, under _gate
        private int[] _starts = [], _lengths = [], _order = [];
        private bool[] _cut = [], _unknown = [];
        private float[] _vectors = [];
        private int _next;

        /// <summary>Of the texts of the last <see cref="Encode"/>.</summary>
        public int MostlyUnknown { get; private set; }

        public void Clear()
        {
            _texts.Clear();
            _rows.Clear();
        }

        public void Add(string text, int row)
        {
            _texts.Add(text);
            _rows.Add(row);
        }

        /// <param name="vectors">[n × d] of the call: gets those of the window's rows.</param>
        /// <param name="cut">Gets the rows of texts that were cut off.</param>
        /// <param name="unknown">Gets the rows of texts that are mostly unknown.</param>
        public void Encode(Span<float> vectors, HashSet<int> cut, HashSet<int> unknown)
        {
            MakeRoom();
            _next = 0;
            SharedWork.Run(_texts.Count > MostTokenizedAlone ? encoder._runs.Threads : 1, _ => StopOnFailure(Tokenize));
            for (int i = 0; i < _texts.Count; i++)
            {
                _order[i] = i;
                if (_cut[i])
                    cut.Add(_rows[i]);
                if (_unknown[i])
                    unknown.Add(_rows[i]);
            }
            MostlyUnknown = _unknown.AsSpan(0, _texts.Count).Count(true);
            Array.Sort(_lengths, _order, 0, _texts.Count);
            CutBatches();
            _next = 0;
            SharedWork.Run(Math.Min(encoder._runs.Threads, _batches.Count), helps => StopOnFailure(() => RunBatches(helps)));
            for (int i = 0; i < _texts.Count; i++)
                _vectors.AsSpan(i * _d, _d).CopyTo(vectors.Slice(_rows[i] * _d, _d));
        }

        public void Dispose()
        {
            ArrayPool<int>.Shared.Return(_ids);
            if (_vectors.Length > 0)
                ArrayPool<float>.Shared.Return(_vectors);
        }

        private void MakeRoom()
        {
            _used = 0;
            if (_order.Length >= _texts.Count)
                return;
            int room = _texts.Count;
            (_starts, _lengths, _order, _cut, _unknown) = (new int[room], new int[room], new int[room], new bool[room], new bool[room]);
            if (_vectors.Length > 0)
                ArrayPool<float>.Shared.Return(_vectors);
            _vectors = ArrayPool<float>.Shared.Rent(room * _d);
        }

        /// <summary>What one thread cannot do, no other goes on with.</summary>
        private void StopOnFailure(Action work)
        {
            try
            {
                work();
            }
            catch
            {
                Volatile.Write(ref _next, WindowTexts);
                throw;
            }
        }

        private void Tokenize()
        {
            int limit = encoder.Manifest.MaxTokens;
            int[] ids = ArrayPool<int>.Shared.Rent(limit);
            try
            {
                for (int i; (i = Interlocked.Increment(ref _next) - 1) < _texts.Count;)
                {
                    cancellationToken.ThrowIfCancellationRequested();   // a text may be megabytes of spaces, which all are looked at
                    int length = encoder.Tokenize(prefix, _texts[i], _around, ids.AsSpan(0, limit), out _cut[i], out _unknown[i]);
                    _lengths[i] = length;
                    lock (_gate)
                    {
                        if (_ids.Length - _used < length)
                            Grow(_used + length);
                        _starts[i] = _used;
                        ids.AsSpan(0, length).CopyTo(_ids.AsSpan(_used));
                        _used += length;
                    }
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(ids);
            }
        }

        private void Grow(int least)
        {
            int[] grown = ArrayPool<int>.Shared.Rent(Math.Max(least, 2 * _ids.Length));
            _ids.AsSpan(0, _used).CopyTo(grown);
            ArrayPool<int>.Shared.Return(_ids);
            _ids = grown;
        }

        /// <summary>Cuts the texts, sorted by length, into batches: the longest first, and smaller ones at the end.</summary>
        private void CutBatches()
        {
            _batches.Clear();
            int left = _used;
            for (int end = _texts.Count; end > 0;)
            {
                int budget = Math.Clamp(left / (SharesLeft * encoder._runs.Threads), LeastBatchTokens, NetworkRuns.BatchTokens);
                int count = Math.Clamp(budget / _lengths[end - 1], 1, Math.Min(end, encoder._runs.MostRows));
                foreach (int length in _lengths.AsSpan(end - count, count))
                    left -= length;
                end -= count;
                _batches.Add((end, count));
            }
        }

        private void RunBatches(bool helps)
        {
            while (Volatile.Read(ref _next) < _batches.Count)
            {
                int first = 0;
                // Who helps does not wait for others' batches, and who waits will run what is left.
                if (!encoder._runs.TryRun(waits: !helps, Fill, Take, cancellationToken))
                    return;

                bool Fill(NetworkBatch batch)
                {
                    int next = Interlocked.Increment(ref _next) - 1;
                    if (next >= _batches.Count)
                        return false;
                    (first, int count) = _batches[next];
                    batch.Clear(count, _lengths[first + count - 1]);   // lengths ascend
                    for (int row = 0; row < count; row++)
                        batch.Put(row, _ids.AsSpan(_starts[_order[first + row]], _lengths[first + row]));
                    return true;
                }

                void Take(NetworkBatch batch)
                {
                    for (int row = 0; row < batch.Rows; row++)
                    {
                        Span<float> vector = _vectors.AsSpan(_order[first + row] * _d, _d);
                        batch.VectorOf(row).CopyTo(vector);
                        encoder._adapter?.Apply(vector);
                    }
                }
            }
        }
    }
}
