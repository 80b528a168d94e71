using System.IO.Compression;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>Writes and reads NumPy's .npz format: a zip archive of named .npy files (numpy.savez, numpy.load).</summary>
public static class NpzFile
{
    private const string Extension = ".npy";

    // The format's own epoch: the same arrays give the same bytes, and so the same artifact, whenever they are written.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes arrays, uncompressed, as <c>numpy.savez</c> does.</summary>
    /// <param name="stream">Written forward only; left open.</param>
    /// <param name="arrays">The arrays by name, in their order.</param>
    public static void Write(Stream stream, params IReadOnlyList<KeyValuePair<string, NpyArray>> arrays)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, array) in arrays)
        {
            var entry = archive.CreateEntry(name + Extension, CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using var content = entry.Open();
            NpyFile.Write(content, array);
        }
    }

    /// <summary>Reads all arrays.</summary>
    /// <param name="stream">From its position to its end; a stream that cannot seek is read into memory.</param>
    /// <param name="largest">How many bytes all values, and the file, may have: a small archive can hold a lot of zeros.</param>
    /// <exception cref="InvalidDataException">Not such a file, or a larger one; says what was found.</exception>
    public static Dictionary<string, NpyArray> Read(Stream stream, long largest)
    {
        using var archive = new ZipArchive(stream.CanSeek ? stream : Buffered(stream, largest), ZipArchiveMode.Read, leaveOpen: true);
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"Expected a .npz, which holds .npy files, found {entry.FullName} in it.");
            }

            using var content = entry.Open();
            var array = NpyFile.ReadArray(content, largest);
            largest -= (long)array.Values.Length * array.Type.ItemSize;
            if (!arrays.TryAdd(entry.FullName[..^Extension.Length], array))
            {
                throw new InvalidDataException($"Expected a .npz whose arrays have different names, found {entry.FullName} twice.");
            }
        }

        return arrays;
    }

    private static MemoryStream Buffered(Stream stream, long largest)
    {
        var buffer = new MemoryStream();
        var block = new byte[64 * 1024];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (buffer.Length + read > Math.Min(largest, Array.MaxLength))
            {
                throw new InvalidDataException($"Expected a .npz of at most {largest} bytes.");
            }

            buffer.Write(block, 0, read);
        }

        buffer.Position = 0;
        return buffer;
    }
}
