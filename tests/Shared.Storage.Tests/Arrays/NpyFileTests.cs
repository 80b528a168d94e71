using System.Text;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Storage.Tests.Arrays;

public sealed class NpyFileTests
{
    [Fact]
    public void A_matrix_whose_shape_is_known_is_read_as_any_other_and_refused_where_the_shape_is_another()
    {
        using var file = new MemoryStream();
        NpyFile.Write(file, new Matrix(2, 1, [1, 2]));

        file.Position = 0;
        Assert.Equal([1.0, 2.0], NpyFile.Read(file, 2, 1).Values);

        file.Position = 0;
        Assert.Contains(
            "Expected a .npy of shape (2, 3), found (2, 1)",
            Assert.Throws<InvalidDataException>(() => NpyFile.Read(file, 2, 3)).Message,
            StringComparison.Ordinal);

        file.SetLength(file.Length - 8);
        file.Position = 0;
        Assert.Contains(
            "ends after 1 of 2", Assert.Throws<InvalidDataException>(() => NpyFile.Read(file, 2, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(0, 5)]
    [InlineData(70_000, 3)]
    public void A_matrix_comes_back_as_it_was_written(int rows, int columns)
    {
        var matrix = Numbers(rows, columns);
        using var stream = new MemoryStream();

        NpyFile.Write(stream, matrix);
        stream.Position = 0;
        var read = NpyFile.Read(stream);

        Assert.Equal((rows, columns), (read.Rows, read.Columns));
        Assert.Equal(matrix.Values, read.Values);
    }

    [Fact]
    public void The_header_is_that_of_version_1_aligned_to_64_bytes()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, new Matrix(2, 3, new double[6]));

        var bytes = stream.ToArray();
        var length = bytes.Length - (6 * sizeof(double));
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        Assert.Equal(0, length % 64);
        Assert.Equal(length - 10, BitConverter.ToUInt16(bytes, 8));
        Assert.Equal(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
            Encoding.ASCII.GetString(bytes, 10, length - 10).TrimEnd());
        Assert.Equal((byte)'\n', bytes[length - 1]);
    }

    [Fact]
    public void Not_a_number_and_infinities_survive()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, new Matrix(1, 3, [double.NaN, double.PositiveInfinity, double.NegativeInfinity]));
        stream.Position = 0;

        Assert.Equal([double.NaN, double.PositiveInfinity, double.NegativeInfinity], NpyFile.Read(stream).Values);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 1)]
    [InlineData("{'shape': (2,3), 'fortran_order': False, 'descr': \"<f4\"}", 1)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 2)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 3)]
    public void Headers_of_all_versions_and_spellings_are_read(string dictionary, byte version)
    {
        var file = File(dictionary, Floats(1, 2, 3, 4, 5, 6), version);

        var matrix = NpyFile.Read(file);

        Assert.Equal((2, 3), (matrix.Rows, matrix.Columns));
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.Values);
    }

    [Fact]
    public void Column_major_files_become_row_major()
    {
        var file = File("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", Floats(1, 4, 2, 5, 3, 6));

        Assert.Equal([1, 2, 3, 4, 5, 6], NpyFile.Read(file).Values);
    }

    [Fact]
    public void Big_endian_numbers_are_read()
    {
        byte[] one = [0x3F, 0xF0, 0, 0, 0, 0, 0, 0];

        Assert.Equal([1.0], NpyFile.Read(File("{'descr': '>f8', 'fortran_order': False, 'shape': (1, 1), }", one)).Values);
    }

    [Fact]
    public void One_dimension_is_a_column()
    {
        var matrix = NpyFile.Read(File("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", Floats(1, 2, 3)));

        Assert.Equal((3, 1), (matrix.Rows, matrix.Columns));
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }", "found |O")]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), }", "found <i8")]
    [InlineData("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 1), }", "found [('a', '<f8')]")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1), }", "found shape (1, 1, 1)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "found shape ()")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 1), }", "found shape (-1, 1)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000), }", "found shape (2000000000")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (200000000, 9), }", "ends after 1 of 1800000000")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", "ends later than its shape says")]
    [InlineData("import os", "found import os")]
    public void What_is_not_such_a_matrix_is_refused_with_what_was_found(string dictionary, string expected)
    {
        var exception = Assert.Throws<InvalidDataException>(() => NpyFile.Read(File(dictionary, new byte[8])));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 a zip file")]
    public void Other_files_are_refused(string content)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(content));

        Assert.Throws<InvalidDataException>(() => NpyFile.Read(stream));
    }

    [Fact]
    public async Task Numpy_reads_what_was_written()
    {
        await NumPy.RequireAsync("numpy");
        var path = Path.Combine(Path.GetTempPath(), $"skipper-{Guid.NewGuid():N}.npy");
        try
        {
            await using (var file = System.IO.File.Create(path))
            {
                NpyFile.Write(file, new Matrix(2, 3, [1, 2.5, -3, 4e-300, 5, 6]));
            }

            var read = await NumPy.RunAsync(
                $"import numpy; a = numpy.load('{path}', allow_pickle=False); print(a.dtype, a.shape, a.tolist())");

            Assert.Equal("float64 (2, 3) [[1.0, 2.5, -3.0], [4e-300, 5.0, 6.0]]", read);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static Matrix Numbers(int rows, int columns) => new(
        rows, columns, [.. Enumerable.Range(0, rows * columns).Select(i => (i * 0.1) - 7)]);

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    internal static MemoryStream File(string dictionary, byte[] values, byte version = 1)
    {
        var text = Encoding.ASCII.GetBytes(dictionary + "\n");
        byte[] length = version == 1
            ? [(byte)text.Length, (byte)(text.Length >> 8)]
            : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return new MemoryStream(
            [.. Encoding.Latin1.GetBytes("\u0093NUMPY"), version, 0, .. length, .. text, .. values]);
    }
}
