using System.Text;
using Microsoft.AspNetCore.Http;
using Skipper.Gateway.Idempotency;

namespace Skipper.Gateway.Tests.Idempotency;

public sealed class IdempotencyKeyTests
{
    [Theory]
    [InlineData("7c4a-1", "7c4a-1")]
    [InlineData("  7c4a ", "7c4a")]
    [InlineData("\"7c4a 1\"", "7c4a 1")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    public void A_key_is_a_structured_string_or_bare_text(string header, string key) => Assert.Equal(key, Of(header)!.Key);

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"open")]
    [InlineData("\"a\"b")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\\\"")]
    [InlineData("k\u00e9y")]
    public void What_is_not_a_key_is_refused(string header) => Assert.Throws<BadHttpRequestException>(() => Of(header));

    [Fact]
    public void A_key_has_at_most_255_characters_and_comes_once()
    {
        Assert.NotNull(Of(new string('k', 255)));
        Assert.Throws<BadHttpRequestException>(() => Of(new string('k', 256)));
        Assert.Throws<BadHttpRequestException>(() => Of("a", "b"));
        Assert.Null(Of());
    }

    [Fact]
    public void A_key_counts_for_its_path()
    {
        Assert.Equal("/tasks/execute_async", Of("k")!.Scope);
    }

    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """ { "b" : [ 1, 2 ], "a" : 1 } """, true)]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""", true)]
    [InlineData("""{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("not json", "not json", true)]
    [InlineData("not json", "not  json", false)]
    [InlineData("", " ", false)]
    public void Payloads_are_the_same_when_they_say_the_same(string one, string other, bool same) => Assert.Equal(
        same, Fingerprint.Of(Encoding.UTF8.GetBytes(one)) == Fingerprint.Of(Encoding.UTF8.GetBytes(other)));

    private static IdempotencyKey? Of(params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Path = "/tasks/execute_async/";
        request.Headers["Idempotency-Key"] = headers;
        return IdempotencyKey.Of(request, "{}"u8.ToArray());
    }
}
