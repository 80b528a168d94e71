namespace Skipper.Shared.Engines.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("PTRATI", "ptratio")]
    [InlineData("prise", "price")]
    [InlineData("", "b")]
    public void The_name_with_the_fewest_edits_is_found_whatever_the_case(string name, string expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["price", "ptratio", "b"]));

    [Theory]
    [InlineData("depth", "max_depth")]
    [InlineData("bin", "max_bin")]
    [InlineData("ETA", "eta")]
    public void A_name_that_contains_the_given_one_is_nearer_than_a_short_one(string name, string expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["eta", "max_depth", "max_bin"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Null(NearestName.Find("price", []));
}
