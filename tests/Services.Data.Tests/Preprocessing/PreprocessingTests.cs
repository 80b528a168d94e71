using System.Text;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Preprocessing;

/// <summary>The four tasks, asked of a running data service.</summary>
public sealed class PreprocessingTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = TestStorage.Sqlite();
        _host = new DataHost(_storage, ("Skipper:Images:MaxMegapixels", "1"));
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task An_image_becomes_an_array()
    {
        var file = await PutAsync(await File.ReadAllBytesAsync(Golden("c2d8i_17x21.png"), Token));
        var (made, array) = await CallAsync(new PreprocessImage { Data = new() { Artifact = file } });
        var (normalized, _) = await CallAsync(
            new PreprocessImage { Data = new() { Artifact = file, Recipe = new() { Preset = "imagenet-224" } } });

        Assert.Equal([316, 256, 3], made.Shape);
        Assert.Equal(("uint8", "uint8"), (made.Dtype, array.TypeName));
        Assert.Equal(made.Shape, array.Shape);
        Assert.Equal([1, 3, 224, 224], normalized.Shape);
        Assert.Equal("float32", normalized.Dtype);
    }

    [Fact]
    public async Task The_same_file_gives_the_same_artifact()
    {
        var request = new PreprocessImage { Data = new() { Artifact = await PutAsync(await File.ReadAllBytesAsync(Golden("c0d4_15x21.png"), Token)) } };

        Assert.Equal((await CallAsync(request)).Made.Artifact, (await CallAsync(request)).Made.Artifact);
    }

    [Fact]
    public async Task An_image_beyond_the_configured_size_is_refused()
    {
        var file = await PutAsync(Images.TestPng.Write(1001, 1000, 0, 8, new byte[1_002_000]));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(new PreprocessImage { Data = new() { Artifact = file } }));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("raise Skipper:Images:MaxMegapixels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_becomes_a_spectrogram()
    {
        // One second of silence: 8 bits, 22,050 a second, one channel. Every cell is the loudest, 0 dB.
        byte[] samples = [.. Enumerable.Repeat((byte)128, 22_050)];
        byte[] wave =
        [
            .. "RIFF"u8, .. BitConverter.GetBytes(36 + samples.Length), .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0,
            .. BitConverter.GetBytes(22_050), .. BitConverter.GetBytes(22_050), 1, 0, 8, 0, .. "data"u8, .. BitConverter.GetBytes(samples.Length),
            .. samples,
        ];
        var (made, array) = await CallAsync(new PreprocessAudio
        {
            Data = new() { Artifact = await PutAsync(wave), Recipe = new() { NMels = 40 } },
        });

        Assert.Equal([40, 44], made.Shape);
        Assert.All(array.Get<float>(), decibels => Assert.Equal(0, decibels));
    }

    [Fact]
    public async Task Texts_become_weights_of_terms()
    {
        var texts = await PutAsync(Encoding.UTF8.GetBytes("rain later\nrain and wind\n"));
        var made = await _host.Rpc.CallAsync(
            new PreprocessText { Data = new() { Artifact = texts, Recipe = new() { Kind = "tfidf" } } }, cancellationToken: Token);
        await using var stream = await _host.Artifacts.OpenAsync(made.Artifact, Token);

        Assert.Equal([2, 4], made.Shape);
        Assert.NotNull(made.Model);
        Assert.NotNull(made.Fingerprint);
        Assert.Contains("data", NpzFile.Read(stream, 1_000_000).Keys);
    }

    [Fact]
    public async Task Weather_records_become_features()
    {
        var records = await PutAsync(Encoding.UTF8.GetBytes(
            """[{"time":"2026-01-01T00:00:00Z","latitude":90,"longitude":-90,"temperature":11.5,"wind_direction":90}]"""));
        var (made, array) = await CallAsync(new PreprocessWeather { Data = new() { Artifact = records } });
        var values = made.Columns!.Zip(array.Get<double>()).ToDictionary();

        Assert.Equal([1, 19], made.Shape);
        Assert.Equal((1, 0), (values["latitude_sin"], Math.Round(values["latitude_cos"], 12)));
        Assert.Equal((-1, 0), (values["longitude_sin"], Math.Round(values["longitude_cos"], 12)));
        Assert.Equal((0, 1), (values["year_sin"], values["year_cos"]));
        Assert.Equal((1, 0), (values["wind_sin"], Math.Round(values["wind_cos"], 12)));
        Assert.Equal(11.5, values["temperature"]);
        Assert.True(double.IsNaN(values["humidity"]));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => CallAsync(new PreprocessImage { Data = new() { Artifact = new string('0', 64) } }));

        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    private async Task<string> PutAsync(byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        return await _host.Artifacts.PutAsync(content, Token);
    }

    private async Task<(PreprocessedArray Made, NpyArray Array)> CallAsync(IRequest<PreprocessedArray> request)
    {
        var made = await _host.Rpc.CallAsync(request, cancellationToken: Token);
        await using var stream = await _host.Artifacts.OpenAsync(made.Artifact, Token);
        return (made, NpyFile.ReadArray(stream));
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Images", "Golden", name);
}
