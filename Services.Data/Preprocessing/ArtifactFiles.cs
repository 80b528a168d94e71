using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Preprocessing;

/// <summary>Files in, arrays out. The same file and recipe give the same artifact, however often they are asked for.</summary>
internal sealed class ArtifactFiles(IArtifactStore artifacts)
{
    /// <summary>A compressed file of this size holds more than any array that is made of it.</summary>
    private const int LargestFile = 256 * 1024 * 1024;
    private const int FirstBuffer = 64 * 1024;

    /// <exception cref="MeshException">There is no such artifact.</exception>
    public async Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.OpenAsync(digest, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound($"{exception.Message} Upload the file first.");
        }
    }

    /// <summary>A whole file, for decoders that jump in it.</summary>
    /// <exception cref="MeshException">There is no such artifact, or it is too large.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(string digest, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(digest, cancellationToken);
        var buffer = new byte[FirstBuffer];
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length > LargestFile)
            {
                throw MeshException.InvalidArgument($"A file to preprocess may have {LargestFile} bytes, artifact {digest} has more.");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer.AsMemory(0, length);
    }

    /// <summary>Stores what is written forward.</summary>
    public async Task<string> PutAsync(Action<Stream> write, CancellationToken cancellationToken)
    {
        await using var spool = Spool();
        write(spool);
        return await PutAsync(spool, cancellationToken);
    }

    /// <summary>Stores an array as .npy.</summary>
    public async Task<PreprocessedArray> PutAsync(NpyArray array, CancellationToken cancellationToken) => new()
    {
        Artifact = await PutAsync(stream => NpyFile.Write(stream, array), cancellationToken),
        Shape = array.Shape,
        Dtype = array.TypeName,
    };

    /// <summary>Stores what was written to a spool.</summary>
    public Task<string> PutAsync(FileStream spool, CancellationToken cancellationToken)
    {
        spool.Position = 0;
        return artifacts.PutAsync(spool, cancellationToken);
    }

    /// <summary>A file that is gone when it is closed.</summary>
    public static FileStream Spool() => new(
        Path.Combine(Path.GetTempPath(), $"skipper-array-{Guid.NewGuid():N}"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        FirstBuffer,
        FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
