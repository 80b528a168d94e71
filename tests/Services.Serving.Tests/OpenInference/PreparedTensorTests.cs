using System.Buffers.Binary;
using System.Text;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.OpenInference;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.OpenInference;

/// <summary>Tensors of raw columns: a category that becomes the feature rm, and a time that becomes rad.</summary>
public sealed class PreparedTensorTests
{
    private const string At =
        """{"name":"at","shape":[2,1],"datatype":"BYTES","data":["1970-01-01T00:00:01Z","1970-01-01T01:00:02+01:00"]}""";

    private const string Kind = """{"name":"Kind","shape":[2],"datatype":"BYTES","data":["flat","hut"]}""";

    [Fact]
    public void Texts_and_times_are_prepared() => Assert.Equal([1, 1e6, 0, 2e6], Read($$"""{"inputs":[{{At}},{{Kind}}]}"""));

    [Fact]
    public void Binary_texts_and_times_in_microseconds_are_prepared()
    {
        byte[] bytes = [.. Text("flat"), .. Text("hut")];
        var inputs =
            $$"""
            {"name":"kind","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":{{bytes.Length}} } },
            {"name":"at","shape":[2],"datatype":"INT64","data":[1000000,2000000]}
            """;

        Assert.Equal([1, 1e6, 0, 2e6], Read($$"""{"binary":"{{Convert.ToBase64String(bytes)}}","inputs":[{{inputs}}]}"""));
    }

    [Theory]
    [InlineData(At, "Input 'kind' is missing; expected one input for each of kind, at.")]
    [InlineData("""{"name":"kid","shape":[2],"datatype":"BYTES","data":["hut","hut"]},""" + At, "Input 'kid' is not known to this model; did you mean 'kind'?")]
    [InlineData("""{"name":"kind","shape":[2],"datatype":"INT8","data":[1,2]},""" + At, "Row 0: Column 'kind' must be a text, found 1.")]
    [InlineData("""{"name":"x","shape":[1,2],"datatype":"BYTES","data":["hut","noon"]}""", "Row 0: Column 'at' must be a time such as")]
    [InlineData("""{"name":"x","shape":[1,2],"datatype":"BYTES","data":[null,"2026-01-02"]}""", "Row 0: Column 'kind' is missing;")]
    public void What_does_not_fit_is_refused_by_its_raw_column(string inputs, string reason)
    {
        var error = Assert.Throws<MeshException>(() => Read($$"""{"inputs":[{{inputs}}]}"""));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static double[] Read(string request)
    {
        var manifest = Samples.Manifest("housing", 1, new string('a', 64));
        FeatureColumn[] features = [manifest.Features[0] with { Name = "kind" }, manifest.Features[1] with { Name = "at" }];
        manifest = manifest with { Features = features, Preprocessing = new string('c', 64) };
        var transform = new FittedTransform
        {
            Dataset = "",
            RowCount = 1,
            Columns =
            [
                new FittedColumn { Name = "kind", Type = FittedColumn.Text, Steps = [new OrdinalTransform { Names = ["hut", "flat"] }] },
                new FittedColumn { Name = "at", Type = FittedColumn.Timestamp },
            ],
        };
        var model = Samples.Load(manifest, new Preparation(manifest, transform));
        var rows = new TensorRows(InferRequest.Parse(Encoding.UTF8.GetBytes(request)));
        var batch = new RowBatch(rows.Count, 2, eachAlone: false);
        rows.Read(model, batch);
        return batch.Features.Values;
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text.Length);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }
}
