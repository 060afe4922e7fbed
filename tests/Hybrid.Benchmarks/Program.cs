using BenchmarkDotNet.Running;
using Hybrid.Benchmarks;

if (args is ["milvus", .. var rest])
    return await MilvusBenchmark.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
