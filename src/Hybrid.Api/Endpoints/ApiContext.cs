using Hybrid.Api.Jobs;

namespace Hybrid.Api.Endpoints;

/// <summary>What the routes share.</summary>
internal sealed record ApiContext(HybridEngine Engine, HybridApiOptions Limits, JobList Jobs, RequestGuard Guard, WarmUp WarmUp, TimeProvider Clock);
