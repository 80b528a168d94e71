using System.Text;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Tests.Predictions;

/// <summary>A request for one row is what its contract says, however it is read.</summary>
public sealed class RowRequestTests
{
    [Theory]
    [InlineData("""{"task_type":"serving","model":"m@2","data":{"rm":[{"a":1}]},"sticky_key":"k"}""", "m@2", "k", """{"rm":[{"a":1}]}""")]
    [InlineData("""{"model":"m","model":"n","d\u0061ta":{},"data":{"rm":1},"payload":"-"}""", "n", null, """{"rm":1}""")]
    [InlineData("""{"model":null,"data":{}}""", null, null, "{}")]
    [InlineData("""{"data":5}""", null, null, "5")]
    [InlineData("""{"data":"\ud800"}""", null, null, "\"\\ud800\"")]
    [InlineData("""{"data":[{"rm":1}]}""", null, null, """[{"rm":1}]""")]
    [InlineData("{}", null, null, null)]
    public void It_is_read_as_its_contract_says(string body, string? model, string? stickyKey, string? row)
    {
        var request = RowRequest.Read(Encoding.UTF8.GetBytes(body));

        Assert.Equal((model, stickyKey), (request.Model, request.StickyKey));
        Assert.Equal(row, request.Row is { } slice ? Encoding.UTF8.GetString(slice.Utf8.Span) : null);
    }

    [Theory]
    [InlineData("""{"data":{"rm":1},"model":5}""")]
    [InlineData("""{"data":{"rm":1},"sticky_key":[]}""")]
    [InlineData("""{"data":{"rm":1},"model":"\ud800"}""")]
    [InlineData("""{"data":{"rm":1,}}""")]
    [InlineData("""{"data":{"rm":1}""")]
    [InlineData("""{"data":{"rm":1}} {}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_does_not_fit_is_refused_in_the_words_of_the_contract(string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var expected = Assert.Throws<MeshException>(() => MessageJson.Read<PredictRow>(utf8));

        Assert.Equal(expected.Message, Assert.Throws<MeshException>(() => RowRequest.Read(utf8)).Message);
    }
}
