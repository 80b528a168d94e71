namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for the versions of a dataset, newest first.</summary>
[TaskType("list_dataset_versions", Queues.Data, Idempotent = true)]
public sealed record ListDatasetVersions : IRequest<DatasetVersionList>
{
    /// <summary>Which dataset; with a version, only those before it.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>Versions of a dataset.</summary>
public sealed record DatasetVersionList
{
    /// <summary>At most 100, newest first; older ones are asked for with the last version of these.</summary>
    public required IReadOnlyList<DatasetVersion> Versions { get; init; }

    /// <summary>All tags of the dataset, by name.</summary>
    public required IReadOnlyList<DatasetTag> Tags { get; init; }
}

/// <summary>A name that points to a version of a dataset and can be moved.</summary>
public sealed record DatasetTag
{
    /// <summary>Tag name.</summary>
    public required string Tag { get; init; }

    /// <summary>The version it points to.</summary>
    public required int Version { get; init; }

    /// <summary>When it was moved there, UTC.</summary>
    public required DateTimeOffset MovedAt { get; init; }
}

/// <summary>Points a tag to a version; rolling back is moving it to an older one.</summary>
[TaskType("tag_dataset", Queues.Data, Idempotent = true)]
public sealed record TagDataset : IRequest<DatasetTag>
{
    /// <summary>Which tag, and where to.</summary>
    public required Target Data { get; init; }

    /// <summary>Where a tag points to.</summary>
    public sealed record Target
    {
        /// <summary>Dataset name.</summary>
        public required string Name { get; init; }

        /// <summary>At most 64 lower case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, not only digits.</summary>
        public required string Tag { get; init; }

        /// <summary>Version number.</summary>
        public required int Version { get; init; }
    }
}

/// <summary>Asks where a dataset version comes from, what was made of it, and where its rows are.</summary>
[TaskType("describe_dataset", Queues.Data, Idempotent = true)]
public sealed record DescribeDataset : IRequest<DatasetManifest>
{
    /// <summary>Which dataset version.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>All that is known about a dataset version.</summary>
public sealed record DatasetManifest
{
    /// <summary>The version.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>How it was made: <c>import</c>, or the name of a transform.</summary>
    public required string Transform { get; init; }

    /// <summary>Parameters of the transform as JSON; absent where there are none.</summary>
    public string? Parameters { get; init; }

    /// <summary>Digests of files, and names of sources, that it was made of.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Versions that it was made of.</summary>
    public required IReadOnlyList<DatasetReference> Parents { get; init; }

    /// <summary>Versions that were made of it.</summary>
    public required IReadOnlyList<DatasetReference> Children { get; init; }

    /// <summary>Tags that point to it.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Digest of all rejected rows as JSON lines; absent where there are none.</summary>
    public string? Rejects { get; init; }

    /// <summary>
    /// The table with its rows in typed columns, as SQL names it; absent for versions made before there were such tables.
    /// </summary>
    public string? Table { get; init; }
}

/// <summary>A dataset version by its name.</summary>
/// <param name="Name">Dataset name.</param>
/// <param name="Version">Version number.</param>
/// <param name="Digest">Lower case hex sha256 of its content.</param>
public sealed record DatasetReference(string Name, int Version, string Digest);

/// <summary>Writes a dataset version as a CSV file that a spreadsheet can open without running anything in it.</summary>
[TaskType("export_dataset", Queues.Data, Idempotent = true)]
public sealed record ExportDataset : IRequest<DatasetExport>
{
    /// <summary>Which dataset version.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>A file made of a dataset version.</summary>
public sealed record DatasetExport
{
    /// <summary>The version.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>Digest of the CSV file in the artifact store.</summary>
    public required string Artifact { get; init; }
}
