using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Handlers;

public sealed class WireVersionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("1.7")]
    public void A_known_major_is_read(string? version) => WireVersion.Require(Of(version));

    [Theory]
    [InlineData("2", "knows version 1")]
    [InlineData("10.1", "knows version 1")]
    [InlineData("new", "must be a version such as 1, was 'new'")]
    [InlineData("", "must be a version such as 1, was ''")]
    [InlineData("-1", "was '-1'")]
    public void Anything_else_is_refused_with_what_is_known(string version, string reason)
    {
        var error = Assert.Throws<MeshException>(() => WireVersion.Require(Of(version)));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static Message Of(string? version) => new()
    {
        Body = default,
        Headers = version is null ? null : new Dictionary<string, string> { [MessageHeaders.Version] = version },
    };
}
