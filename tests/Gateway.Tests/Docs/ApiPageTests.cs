using Skipper.Gateway.Tests.Fakes;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Docs;

public sealed class ApiPageTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task The_page_about_the_api_says_what_the_gateway_says()
    {
        var made = new ApiPage((await shared.Fresh().GetAsync("/swagger/openapi.json")).Json).Write();
        var file = Repository.File("docs/api.md");
        if (Environment.GetEnvironmentVariable("SKIPPER_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(file, made, TestContext.Current.CancellationToken);
        }

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == made,
            "docs/api.md is not what the API description says. Write it anew, and look at what changed: "
            + "SKIPPER_UPDATE_GOLDEN=1 dotnet test tests/Gateway.Tests --filter ApiPageTests");
    }
}
