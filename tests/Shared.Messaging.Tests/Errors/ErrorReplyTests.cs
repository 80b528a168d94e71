using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Tests.Errors;

public sealed class ErrorReplyTests
{
    [Theory]
    [InlineData("""{"error":"No subscriber available"}""")]
    [InlineData("""{"queue":"q","nested":{"a":[1,{"b":2}]},"error":"late member"}""")]
    public void Without_a_status_a_top_level_error_text_is_an_error(string body) =>
        Assert.NotNull(ErrorReply.Read(null, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"price":24.1}""")]
    [InlineData("""{"nested":{"error":"not mine"}}""")]
    [InlineData("""{"error":0.25}""")]
    [InlineData("""[{"error":"in a list"}]""")]
    [InlineData("plain text")]
    [InlineData("")]
    public void Anything_else_without_a_status_is_an_answer(string body) =>
        Assert.Null(ErrorReply.Read(null, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_status_of_ok_wins_over_what_the_body_looks_like() =>
        Assert.Null(ErrorReply.Read("ok", """{"error":"a member of the answer"}"""u8.ToArray()));

    [Fact]
    public void A_status_of_error_with_an_unreadable_body_is_an_internal_error() =>
        Assert.Equal(ErrorCode.Internal, ErrorReply.Read("error", "oops"u8.ToArray())!.Code);

    [Fact]
    public void Every_code_survives_the_wire() =>
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.Equal(code, ErrorCodes.FromWire(code.ToWire())));

    [Fact]
    public void An_unknown_code_is_internal() => Assert.Equal(ErrorCode.Internal, ErrorCodes.FromWire("from_the_future"));
}
