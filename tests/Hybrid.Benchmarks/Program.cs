using BenchmarkDotNet.Running;
using Hybrid.Benchmarks;

if (args is ["milvus", .. var rest])
    return await MilvusBenchmark.RunAsync(rest);
if (args is ["plan", .. var plan])
    return await PlanBenchmark.RunAsync(plan);
if (args is ["faiss", .. var faiss])
    return await FaissBenchmark.RunAsync(faiss);
if (args is ["writers", .. var writers])
    return await WritersBenchmark.RunAsync(writers);
if (args is ["item2vec-quality", .. var quality])
    return await Item2VecQuality.RunAsync(quality);
if (args is ["item2vec-large", .. var large])
    return Item2VecLargeBenchmark.Run(large);
if (args is ["item2vec-open", .. var open])
    return Item2VecOpenBenchmark.Run(open);
if (args is ["item2vec", .. var item2vec])
    return await Item2VecComparison.RunAsync(item2vec);
if (args is ["vectors", .. var vectors])
    return await WordVectorsBenchmark.RunAsync(vectors);
if (args is ["store", .. var store])
    return await StoreBenchmark.RunAsync(store);
if (args is ["tokenizer", var file, var lines])
    return TokenizerComparison.Run(file, lines);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
