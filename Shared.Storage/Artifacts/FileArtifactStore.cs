namespace Skipper.Shared.Storage.Artifacts;

/// <summary>Artifacts as files: <c>ab/cd/abcd...</c>, complete or absent, never half written.</summary>
internal sealed class FileArtifactStore(string folder) : IArtifactStore
{
    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var incoming = Path.Combine(folder, "incoming");
        Directory.CreateDirectory(incoming);
        var temporary = Path.Combine(incoming, Guid.NewGuid().ToString("N"));
        try
        {
            string digest;
            await using (var file = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, Digest.BufferSize, useAsync: true))
            {
                digest = await Digest.CopyAsync(content, file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
            }

            Publish(temporary, PathOf(digest));
            return digest;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Digest.IsValid(digest) || !File.Exists(PathOf(digest)))
        {
            throw Digest.Missing(digest, folder);
        }

        var file = new FileStream(
            PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Digest.BufferSize, useAsync: true);
        return Task.FromResult<Stream>(new VerifiedStream(file, digest));
    }

    /// <summary>
    /// Overwrites what is there: the bytes are the same, unless the disk damaged them, and then this mends it.
    /// </summary>
    private static void Publish(string temporary, string path)
    {
        var target = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(target);
        try
        {
            File.Move(temporary, path, overwrite: true);
            DurableFolder.Flush(target);
        }
        catch (IOException) when (OperatingSystem.IsWindows() && File.Exists(path))
        {
            // Windows does not replace a file that somebody reads: it has these bytes already.
        }
    }

    private string PathOf(string digest) => Path.Combine(folder, digest[..2], digest[2..4], digest);
}
