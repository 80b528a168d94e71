using System.Net;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Sources;
using Skipper.Services.Data.Sources.Http;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class OutboundGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    public void Addresses_of_the_own_network_are_private(string address) =>
        Assert.True(OutboundGuard.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void Addresses_of_the_internet_are_not(string address) =>
        Assert.False(OutboundGuard.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public async Task Nobody_is_connected_there_unless_it_is_allowed(string host)
    {
        var guard = new OutboundGuard(Options.Create(new SourceOptions()));

        var exception = await Assert.ThrowsAsync<MeshException>(
            () => guard.ConnectAsync(host.Trim('[', ']'), 9, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.PermissionDenied, exception.Code);
        Assert.Contains("Skipper:Data:Sources:PrivateHosts", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_into_the_own_network_is_not_followed()
    {
        // The provider is allowed by its name, what it points to is not.
        await using var provider = await ProviderDouble.StartAsync();
        provider.Other["/away"] = context =>
        {
            context.Response.Redirect($"http://localhost:{provider.Address.Port}/secret");
            return Task.CompletedTask;
        };
        provider.Other["/secret"] = _ => throw new InvalidOperationException("The request came through.");
        var options = new SourceOptions();
        options.PrivateHosts.Add("127.0.0.1");
        using var http = new SourceHttp(new OutboundGuard(Options.Create(options)));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(provider.Address, "away"));

        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.IsType<MeshException>(exception.InnerException);
        Assert.DoesNotContain(provider.Requests, seen => seen.Path == "/secret");
    }
}
