using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Storage.Tests.Arrays;

public sealed class NpyArrayTests
{
    [Fact]
    public void Arrays_of_every_type_and_shape_come_back_as_they_were_written()
    {
        NpyArray[] arrays =
        [
            new(new[] { 1.5, double.NaN }, 2),
            new(new[] { 1.5f, -2, 3, 4, 5, 6 }, 1, 3, 2, 1),
            new(new[] { long.MinValue, 7L }, 2, 1),
            new(new[] { int.MaxValue, -7 }, 1, 2),
            new(new ushort[] { 65535 }, 1),
            new(new byte[] { 0, 255, 3 }, 3),
            new(new[] { true, false }, 2),
            new(new[] { "csr" }),
            new(Array.Empty<int>(), 0, 4),
        ];

        Assert.All(arrays, array =>
        {
            using var stream = new MemoryStream();
            NpyFile.Write(stream, array);
            stream.Position = 0;
            var read = NpyFile.ReadArray(stream);

            Assert.Equal(array.TypeName, read.TypeName);
            Assert.Equal(array.Shape, read.Shape);
            Assert.Equal(array.Values, read.Values);
        });
    }

    [Fact]
    public void Column_major_arrays_of_three_dimensions_become_row_major()
    {
        var file = NpyFileTests.File("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }", [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => (byte)i), NpyFile.ReadArray(file).Get<byte>());
    }

    [Fact]
    public void Big_endian_integers_are_read()
    {
        var file = NpyFileTests.File("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 1, 2, 255, 255, 255, 254]);

        Assert.Equal([258, -2], NpyFile.ReadArray(file).Get<int>());
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536), }", "found shape (65536, 65536)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296), }", "found shape (0, 4294967296)")]
    [InlineData("{'descr': '|S100000', 'fortran_order': False, 'shape': (1,), }", "found |S100000")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }", "Expected a .npy of at most 64 bytes")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", "ends after 1 of 4 values")]
    public void Arrays_that_are_too_large_or_too_short_are_refused_with_what_was_found(string dictionary, string expected)
    {
        var exception = Assert.Throws<InvalidDataException>(() => NpyFile.ReadArray(NpyFileTests.File(dictionary, new byte[8]), 64));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_is_not_that_of_the_values_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => new NpyArray(new int[5], 2, 3));

        Assert.StartsWith("An array of shape (2, 3) has 6 values, found 5.", exception.Message, StringComparison.Ordinal);
    }
}
