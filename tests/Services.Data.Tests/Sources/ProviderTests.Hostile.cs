using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Sources;

public sealed partial class ProviderTests
{
    [Theory]
    [InlineData(404, "{\"title\":\"Not Found\",\"detail\":\"Unable to provide data\"}", ErrorCode.NotFound, "answered 404: Unable to provide data.")]
    [InlineData(400, "{\"error\":true,\"reason\":\"Latitude must be in range\"}", ErrorCode.FailedPrecondition, "answered 400: Latitude must be in range.")]
    [InlineData(403, "<html>", ErrorCode.PermissionDenied, "answered 403.")]
    [InlineData(200, "\"\\u0000\"", ErrorCode.InvalidArgument, "zero character")]
    public async Task What_asking_again_does_not_mend_is_not_asked_again(int status, string body, ErrorCode code, string expected)
    {
        _provider.Other["/rows"] = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        };
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));

        Assert.Equal(code, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Single(_provider.Requests);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deep")]
    [InlineData("utf8")]
    [InlineData("bomb")]
    [InlineData("duplicates")]
    public async Task Hostile_answers_are_refused_or_read_in_bounded_memory(string kind)
    {
        _provider.Other["/rows"] = async context =>
        {
            switch (kind)
            {
                case "deep":
                    await context.Response.WriteAsync(new string('[', 100_000));
                    break;
                case "utf8":
                    await context.Response.Body.WriteAsync(new byte[] { (byte)'[', (byte)'"', 0xc3, 0x28, (byte)'"', (byte)']' });
                    break;
                case "duplicates":
                    await context.Response.WriteAsync("""[{"id":1,"id":2,"value":1e400,"at":5},{"id":3,"value":4,"at":5}]""");
                    break;
                default:
                    context.Response.Headers.ContentEncoding = "gzip";
                    await using (var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest))
                    {
                        var zeros = new byte[1024 * 1024];
                        for (var i = 0; i < 64; i++)
                        {
                            await packed.WriteAsync(zeros, Token);
                        }
                    }

                    break;
            }
        };
        await DeclareAsync(limits: "attempts: 1, max_megabytes: 4");

        if (kind == "duplicates")
        {
            var run = await _bench.IngestAsync("rows");
            Assert.Equal((1L, 1L), (run.Inserted, run.Rejected));
            return;
        }

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));
        Assert.Contains(
            kind == "bomb" ? "more than 4 MiB, unpacked" : "did not answer with JSON", exception.Message, StringComparison.Ordinal);
    }
}
