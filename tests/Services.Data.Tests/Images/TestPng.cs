using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Skipper.Services.Data.Tests.Images;

/// <summary>Writes PNG files, right or wrong, of rows that are filtered already.</summary>
internal static class TestPng
{
    public static byte[] Write(
        int width,
        int height,
        byte color,
        byte depth,
        byte[] rows,
        CompressionLevel compression = CompressionLevel.Optimal,
        byte[]? palette = null)
    {
        using var compressed = new MemoryStream();
        using (var writer = new ZLibStream(compressed, compression, leaveOpen: true))
        {
            writer.Write(rows);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, color);
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8,
            .. Chunk("IHDR", header),
            .. palette is null ? [] : Chunk("PLTE", palette),
            .. Chunk("IDAT", compressed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);

        // Division of polynomials over two elements, from the highest power down, as the specification describes it.
        var remainder = uint.MaxValue;
        foreach (var value in chunk[4..^4])
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var carry = (remainder ^ (uint)(value >> bit)) & 1;
                remainder = (remainder >> 1) ^ (carry * 0xEDB88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~remainder);
        return chunk;
    }
}
