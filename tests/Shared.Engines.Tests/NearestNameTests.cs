namespace Skipper.Shared.Engines.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("PTRATI", "ptratio")]
    [InlineData("prise", "price")]
    [InlineData("", "b")]
    public void The_name_with_the_fewest_edits_is_found_whatever_the_case(string name, string expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["price", "ptratio", "b"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Null(NearestName.Find("price", []));
}
