using System.Text;
using Skipper.Shared.Engines.Remote;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Remote;

public sealed class RemoteEngineTests : IDisposable
{
    private readonly RemoteEngine _engine = new();
    private readonly OtherServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_batch_is_sent_as_the_tensors_of_the_file_and_the_columns_of_the_reply_are_the_outputs()
    {
        _server.Answer = _ => (200,
            """{"model_name":"m","outputs":[{"name":"b","shape":[2,1],"datatype":"FP32","data":[[7],[8]]},{"name":"a","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]}""");
        using var model = Load(
            """
            "model":"cars and more", "model_version":"3",
            "inputs":[{"name":"x","width":2},{"name":"n","datatype":"INT64"},{"name":"on","datatype":"BOOL"}],
            "outputs":[{"name":"a","width":2},{"name":"b"}]
            """);

        var predicted = model.Predict(new Matrix(2, 4, [0.5, 1, 7, 1, 1e-3, -2, -8, 0]));

        Assert.Equal([1, 2, 7, 3, 4, 8], predicted.Values);
        Assert.Equal((4, 3, 3), (model.FeatureCount, model.TargetCount, model.OutputCount));
        Assert.Equal("/v2/models/cars%20and%20more/versions/3/infer", _server.Path);
        Assert.Equal(
            """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[0.5,1,0.001,-2]},{"name":"n","datatype":"INT64","shape":[2,1],"data":[7,-8]},{"name":"on","datatype":"BOOL","shape":[2,1],"data":[true,false]}],"outputs":[{"name":"a"},{"name":"b"}]}""",
            _server.Asked.GetRawText());
    }

    [Fact]
    public void No_rows_are_answered_without_a_question()
    {
        using var model = Load();

        Assert.Equal(0, model.Predict(new Matrix(0, 1, [])).Rows);
        Assert.Null(_server.Path);
    }

    [Theory]
    [InlineData(400, """{"error":"no such shape"}""", ErrorCode.InvalidArgument, "answered 400: no such shape")]
    [InlineData(404, """{"error":"unknown model"}""", ErrorCode.FailedPrecondition, "answered 404: unknown model")]
    [InlineData(429, "", ErrorCode.Unavailable, "answered 429")]
    [InlineData(503, "<html>", ErrorCode.Unavailable, "answered 503: <html>")]
    [InlineData(500, "[1]", ErrorCode.Internal, "answered 500: [1]")]
    [InlineData(302, "", ErrorCode.FailedPrecondition, "answered 302")]
    [InlineData(200, "no json", ErrorCode.Internal, "a reply that does not fit")]
    [InlineData(200, "[]", ErrorCode.Internal, "a reply that does not fit")]
    [InlineData(200, """{"outputs":[{"name":"z","data":[1]}]}""", ErrorCode.Internal, "there is no output 'y'")]
    [InlineData(200, """{"outputs":[{"name":"y","data":[1,2]}]}""", ErrorCode.Internal, "has 2 values, 1 rows of 1 were expected")]
    [InlineData(200, """{"outputs":[{"name":"y","data":["1"]}]}""", ErrorCode.Internal, "a reply that does not fit")]
    [InlineData(200, """{"outputs":[{"name":"y"}]}""", ErrorCode.Internal, "a reply that does not fit")]
    public void What_goes_wrong_there_is_an_error_with_a_code_here(int status, string body, ErrorCode code, string reason)
    {
        _server.Answer = _ => (status, body);
        using var model = Load();

        var error = Assert.Throws<MeshException>(() => model.Predict(new Matrix(1, 1, [1])));

        Assert.Equal(code, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(code is ErrorCode.Unavailable, error.Retryable);
    }

    [Fact]
    public void A_server_that_is_away_or_silent_may_be_tried_again()
    {
        _server.Answer = _ => null;
        using var silent = Load(""" "model":"m","timeout_seconds":0.05,"inputs":[{"name":"x"}],"outputs":[{"name":"y"}] """);
        var late = Assert.Throws<MeshException>(() => silent.Predict(new Matrix(1, 1, [1])));
        Assert.Equal((ErrorCode.DeadlineExceeded, true), (late.Code, late.Retryable));

        using var model = Load();
        _server.Dispose();
        var away = Assert.Throws<MeshException>(() => model.Predict(new Matrix(1, 1, [1])));
        Assert.Equal((ErrorCode.Unavailable, true), (away.Code, away.Retryable));
    }

    [Theory]
    [InlineData("INT8", 1.5)]
    [InlineData("INT64", 1e18)]
    [InlineData("BOOL", 2)]
    [InlineData("FP32", double.NaN)]
    public void A_value_that_its_tensor_cannot_hold_is_not_sent(string datatype, double value)
    {
        using var model = Load($$""" "model":"m","inputs":[{"name":"x","datatype":"{{datatype}}"}],"outputs":[{"name":"y"}] """);

        var error = Assert.Throws<MeshException>(() => model.Predict(new Matrix(1, 1, [value])));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains($"Tensor 'x' of the model server holds {datatype}", error.Message, StringComparison.Ordinal);
        Assert.Null(_server.Path);
    }

    [Theory]
    [InlineData("1", "skipper-oip")]
    [InlineData("""{"format":"other","url":"http://h","model":"m","inputs":[],"outputs":[]}""", "format must be skipper-oip, was 'other'")]
    [InlineData("""{"format":"skipper-oip","version":2,"url":"http://h","model":"m","inputs":[],"outputs":[]}""", "version must be 1")]
    [InlineData("""{"format":"skipper-oip","url":"file:///etc/passwd","model":"m","inputs":[],"outputs":[]}""", "url must be an http or https address")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[],"outputs":[{"name":"y"}]}""", "inputs must name at least one")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x"}],"outputs":[null]}""", "outputs must name at least one")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x","datatype":"BYTES"}],"outputs":[{"name":"y"}]}""", "must be one of FP16")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x","width":0}],"outputs":[{"name":"y"}]}""", "must be 1 to 100000, was 0")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x"}],"outputs":[{"name":"y"}],"task":"guess"}""", "task must be one of regression")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x"}],"outputs":[{"name":"y"}],"task":"multiclass"}""", "answers 2 columns or more, outputs have 1")]
    [InlineData("""{"format":"skipper-oip","url":"http://h","model":"m","inputs":[{"name":"x"}],"outputs":[{"name":"y"}],"extra":1}""", "extra")]
    public void A_file_that_says_no_such_thing_is_refused(string file, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => _engine.Load(Encoding.UTF8.GetBytes(file)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_loads_and_imports_but_is_never_chosen_to_train()
    {
        var catalog = EngineCatalog.CreateDefault();

        Assert.DoesNotContain("oip", catalog.Available);
        Assert.Equal("oip", catalog.ResolveForLoading("oip").Name);
        Assert.Contains("trains nothing", Assert.Throws<MeshException>(() => catalog.Resolve("oip")).Message, StringComparison.Ordinal);
        var imported = RemoteEngine.Import(File(""" "model":"m","task":"multiclass","inputs":[{"name":"x","width":2},{"name":"n"}],"outputs":[{"name":"p","width":3}] """));
        Assert.Equal((ModelTask.Multiclass, 3, 3, 1), (imported.Task, imported.ClassCount, imported.FeatureCount, imported.TargetCount));
        Assert.Equal(["x_0", "x_1", "n"], imported.FeatureNames);
    }

    private ITrainedModel Load(string members = """ "model":"m","inputs":[{"name":"x"}],"outputs":[{"name":"y"}] """) =>
        _engine.Load(File(members));

    private byte[] File(string members) => Encoding.UTF8.GetBytes($$"""{"format":"skipper-oip","url":"{{_server.Url}}",{{members}}}""");
}
