using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData(null, "housing", null)]
    [InlineData("weather", "weather", null)]
    [InlineData("weather@12", "weather", 12)]
    public void A_model_is_named_with_or_without_a_version(string? text, string name, int? version) =>
        Assert.Equal(new ModelReference(name, version), ModelReference.Parse(text));

    [Fact]
    public void A_model_may_be_named_by_an_alias() =>
        Assert.Equal(new ModelReference("housing", null, "champion"), ModelReference.Parse("housing@champion"));

    [Theory]
    [InlineData("")]
    [InlineData("@1")]
    [InlineData("housing@")]
    [InlineData("housing@0")]
    [InlineData("housing@-1")]
    [InlineData("housing@1.5")]
    [InlineData("housing@Champion")]
    [InlineData("housing@3rd")]
    [InlineData("housing@1@2")]
    [InlineData("housing@99999999999")]
    public void Anything_else_is_refused(string text)
    {
        var error = Assert.Throws<MeshException>(() => ModelReference.Parse(text));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains($"was '{text}'", error.Message, StringComparison.Ordinal);
    }
}
