using System.Text;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Tests.Predictions;

/// <summary>A message is read as its contract says, however little of it is read.</summary>
public sealed class JsonSliceTests
{
    [Theory]
    [InlineData("""{"data":{"rows":[[1,2],{"a":[3]},4],"model":"m@2"}}""", "m@2", """[[1,2],{"a":[3]},4]""", 3)]
    [InlineData("""{"data":{"model":null,"rows":[ ]},"task_type":"predict"}""", null, "[ ]", 0)]
    [InlineData("""{"rows":1,"d\u0061ta":{"rows":5,"x":{"rows":[9]},"model":"n","r\u006fws":[7]}}""", "n", "[7]", 1)]
    [InlineData("""{"data":{"rows":[1]},"data":{"model":"last","rows":[2,3]}}""", "last", "[2,3]", 2)]
    public void The_rows_are_cut_out_and_the_rest_is_read(string body, string? model, string rows, int items)
    {
        // Of two members of the same name both readers take the last, but the contract's must be able to read the first.
        body = body.Replace("\"rows\":5", "\"rows\":[5]", StringComparison.Ordinal);

        var request = JsonSlice.Read<PredictRows>(Encoding.UTF8.GetBytes(body), ["data", "rows"], out var slice);

        Assert.Equal((model, 0), (request.Data.Model, request.Data.Rows.Count));
        Assert.Equal((rows, items), (Encoding.UTF8.GetString(slice!.Value.Utf8.Span), slice.Value.Items));
    }

    [Theory]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":{"rows":null}}""")]
    [InlineData("""{"data":{"rows":{}}}""")]
    [InlineData("""{"data":{"rows":[1],"model":5}}""")]
    [InlineData("""{"data":{"rows":[1],"on_error":[]}}""")]
    [InlineData("""{"data":[[1]]}""")]
    [InlineData("""{"data":{"rows":[1]},"data":null}""")]
    [InlineData("""{"data":{"rows":[1]},"data":{"model":"m"}}""")]
    [InlineData("""{"data":{"rows":[1,}}}""")]
    [InlineData("""{"data":{"rows":[1]}""")]
    [InlineData("""{"data":{"rows":[1]}} {}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_does_not_fit_is_refused_in_the_words_of_the_contract(string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var expected = Assert.Throws<MeshException>(() => MessageJson.Read<PredictRows>(utf8));

        var error = Assert.Throws<MeshException>(() => JsonSlice.Read<PredictRows>(utf8, ["data", "rows"], out _));

        Assert.Equal((ErrorCode.InvalidArgument, expected.Message), (error.Code, error.Message));
    }

    [Fact]
    public void A_message_without_its_large_member_is_read_whole()
    {
        var request = JsonSlice.Read<PredictRow>("""{"model":"m"}"""u8.ToArray(), ["data"], out var slice);

        Assert.Equal(("m", null), (request.Model, slice));
    }
}
