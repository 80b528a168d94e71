using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Storage;

/// <summary>
/// Where this process keeps its data. The database itself is <c>ConnectionStrings:Skipper</c>; absent = a SQLite file.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper";

    /// <summary>
    /// Folder of the SQLite file and of artifacts, relative to the current directory. Default: .skipper.
    /// </summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Skipper:DataDirectory must name a folder, was empty")]
    public string DataDirectory { get; set; } = ".skipper";

    /// <summary>Where artifacts are kept.</summary>
    public ArtifactOptions Artifacts { get; set; } = new();

    /// <summary>The SQLite file.</summary>
    internal string DatabaseFile => Path.Combine(Path.GetFullPath(DataDirectory), "skipper.db");

    /// <summary>The folder of the artifacts.</summary>
    internal string ArtifactFolder => Path.Combine(Path.GetFullPath(DataDirectory), "artifacts");

    /// <summary>The folder of what expires.</summary>
    internal string PayloadFolder => Path.Combine(Path.GetFullPath(DataDirectory), "payloads");
}

/// <summary>Where artifacts are kept.</summary>
public sealed class ArtifactOptions
{
    /// <summary>
    /// <c>filesystem</c>: a folder in the data directory; <c>postgresql</c>: in the database, shared by all replicas.
    /// </summary>
    public const string FileSystem = "filesystem";

    /// <inheritdoc cref="FileSystem"/>
    public const string PostgreSql = "postgresql";

    /// <summary><c>filesystem</c> or <c>postgresql</c>. Default: filesystem.</summary>
    public string Store { get; set; } = FileSystem;
}
