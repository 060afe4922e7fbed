namespace Hybrid.Streaming;

/// <summary>A feature store of many machines, as one of them uses it.</summary>
internal interface ISharedFeatures : IFeatureStore, IAsyncDisposable
{
    /// <summary>Its kind and place, without secrets.</summary>
    string Name { get; }

    /// <summary>Begins to fill it from the records of this machine.</summary>
    IFeatureMirror Fill(FeatureFacts facts);
}
