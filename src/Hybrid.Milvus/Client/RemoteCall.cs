using Grpc.Core;
using Hybrid.Milvus.Client.Wire;
using Service = Hybrid.Milvus.Client.Wire.MilvusService.MilvusServiceClient;

namespace Hybrid.Milvus.Client;

/// <summary>A method of the server.</summary>
/// <param name="Name">As it stands in messages.</param>
/// <param name="StatusOf">What the answer says of success.</param>
/// <param name="CanRepeat">Whether doing it twice does no more than once.</param>
internal sealed record RemoteCall<TRequest, TResponse>(
    string Name, Func<Service, TRequest, CallOptions, AsyncUnaryCall<TResponse>> Invoke, Func<TResponse, Wire.Status?> StatusOf, bool CanRepeat = true);

/// <summary>All methods that the client calls.</summary>
internal static class RemoteCalls
{
    public static readonly RemoteCall<GetVersionRequest, GetVersionResponse> GetVersion =
        new("ask the version", static (s, r, o) => s.GetVersionAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<CheckHealthRequest, CheckHealthResponse> CheckHealth =
        new("ask the health", static (s, r, o) => s.CheckHealthAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<ListDatabasesRequest, ListDatabasesResponse> ListDatabases =
        new("list databases", static (s, r, o) => s.ListDatabasesAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<CreateDatabaseRequest, Wire.Status> CreateDatabase =
        new("create database", static (s, r, o) => s.CreateDatabaseAsync(r, o), static a => a, false);

    public static readonly RemoteCall<DropDatabaseRequest, Wire.Status> DropDatabase =
        new("drop database", static (s, r, o) => s.DropDatabaseAsync(r, o), static a => a, false);

    public static readonly RemoteCall<CreateCollectionRequest, Wire.Status> CreateCollection =
        new("create", static (s, r, o) => s.CreateCollectionAsync(r, o), static a => a, false);

    public static readonly RemoteCall<DropCollectionRequest, Wire.Status> DropCollection =
        new("drop", static (s, r, o) => s.DropCollectionAsync(r, o), static a => a);

    public static readonly RemoteCall<HasCollectionRequest, BoolResponse> HasCollection =
        new("look for", static (s, r, o) => s.HasCollectionAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<DescribeCollectionRequest, DescribeCollectionResponse> DescribeCollection =
        new("describe", static (s, r, o) => s.DescribeCollectionAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<ShowCollectionsRequest, ShowCollectionsResponse> ShowCollections =
        new("list collections", static (s, r, o) => s.ShowCollectionsAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<AlterCollectionRequest, Wire.Status> AlterCollection =
        new("set properties of", static (s, r, o) => s.AlterCollectionAsync(r, o), static a => a);

    public static readonly RemoteCall<RenameCollectionRequest, Wire.Status> RenameCollection =
        new("rename", static (s, r, o) => s.RenameCollectionAsync(r, o), static a => a, false);

    public static readonly RemoteCall<LoadCollectionRequest, Wire.Status> LoadCollection =
        new("load", static (s, r, o) => s.LoadCollectionAsync(r, o), static a => a);

    public static readonly RemoteCall<ReleaseCollectionRequest, Wire.Status> ReleaseCollection =
        new("release", static (s, r, o) => s.ReleaseCollectionAsync(r, o), static a => a);

    public static readonly RemoteCall<GetLoadingProgressRequest, GetLoadingProgressResponse> GetLoadingProgress =
        new("ask the loading of", static (s, r, o) => s.GetLoadingProgressAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<GetLoadStateRequest, GetLoadStateResponse> GetLoadState =
        new("ask the load state of", static (s, r, o) => s.GetLoadStateAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<GetQuerySegmentInfoRequest, GetQuerySegmentInfoResponse> GetQuerySegmentInfo =
        new("list the searched segments of", static (s, r, o) => s.GetQuerySegmentInfoAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<CreateAliasRequest, Wire.Status> CreateAlias =
        new("create an alias of", static (s, r, o) => s.CreateAliasAsync(r, o), static a => a, false);

    public static readonly RemoteCall<AlterAliasRequest, Wire.Status> AlterAlias =
        new("move an alias to", static (s, r, o) => s.AlterAliasAsync(r, o), static a => a);

    public static readonly RemoteCall<DropAliasRequest, Wire.Status> DropAlias =
        new("drop alias", static (s, r, o) => s.DropAliasAsync(r, o), static a => a);

    public static readonly RemoteCall<DescribeAliasRequest, DescribeAliasResponse> DescribeAlias =
        new("describe alias", static (s, r, o) => s.DescribeAliasAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<ListAliasesRequest, ListAliasesResponse> ListAliases =
        new("list aliases of", static (s, r, o) => s.ListAliasesAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<CreateIndexRequest, Wire.Status> CreateIndex =
        new("create an index of", static (s, r, o) => s.CreateIndexAsync(r, o), static a => a, false);

    public static readonly RemoteCall<DescribeIndexRequest, DescribeIndexResponse> DescribeIndex =
        new("describe the indexes of", static (s, r, o) => s.DescribeIndexAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<DropIndexRequest, Wire.Status> DropIndex =
        new("drop an index of", static (s, r, o) => s.DropIndexAsync(r, o), static a => a);

    public static readonly RemoteCall<InsertRequest, MutationResult> Insert =
        new("insert into", static (s, r, o) => s.InsertAsync(r, o), static a => a.Status, false);

    public static readonly RemoteCall<UpsertRequest, MutationResult> Upsert =
        new("upsert into", static (s, r, o) => s.UpsertAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<DeleteRequest, MutationResult> Delete =
        new("delete from", static (s, r, o) => s.DeleteAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<Wire.SearchRequest, SearchResults> Search =
        new("search", static (s, r, o) => s.SearchAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<Wire.QueryRequest, QueryResults> Query =
        new("query", static (s, r, o) => s.QueryAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<FlushRequest, FlushResponse> Flush =
        new("flush", static (s, r, o) => s.FlushAsync(r, o), static a => a.Status);

    public static readonly RemoteCall<GetFlushStateRequest, GetFlushStateResponse> GetFlushState =
        new("ask the flush of", static (s, r, o) => s.GetFlushStateAsync(r, o), static a => a.Status);
}
