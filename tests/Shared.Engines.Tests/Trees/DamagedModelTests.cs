using System.Text;
using System.Text.Json.Nodes;
using Skipper.Shared.Engines.Trees;

namespace Skipper.Shared.Engines.Tests.Trees;

public sealed class DamagedModelTests
{
    [Theory]
    [InlineData("poisson.json")]
    [InlineData("poisson.ubj")]
    public void A_file_cut_anywhere_is_refused(string name)
    {
        var file = Golden.Model(name);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => TreeEnsembleReader.Read(file.AsMemory(0, length)));
        }
    }

    [Theory]
    [InlineData("ranking.json")]
    [InlineData("ranking.ubj")]
    public void A_file_with_any_byte_changed_is_refused_or_still_evaluated(string name)
    {
        var file = Golden.Model(name);
        var rows = Golden.Answers("ranking").Singles;
        var refused = 0;
        for (var position = 0; position < file.Length; position++)
        {
            foreach (var change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
            {
                var damaged = (byte[])file.Clone();
                damaged[position] ^= change;
                refused += Evaluates(damaged, rows) ? 0 : 1;
            }
        }

        Assert.InRange(refused, file.Length, (3 * file.Length) - 1);
    }

    [Theory]
    [InlineData("left_children", "[1,-1,0]", "two parents")]
    [InlineData("left_children", "[2,-1,-1]", "two parents")]
    [InlineData("left_children", "[3,-1,-1]", "a child (3) that does not exist")]
    [InlineData("left_children", "[-7,-1,-1]", "a child (-7) that does not exist")]
    [InlineData("right_children", "[-1,-1,-1]", "a child (-1) that does not exist")]
    [InlineData("left_children", "[1,-1]", "arrays of different lengths")]
    [InlineData("sum_hessian", "[1]", "arrays of different lengths")]
    [InlineData("left_children", "[1.5,-1,-1]", "whole numbers")]
    [InlineData("left_children", "[1e300,-1,-1]", "whole numbers")]
    [InlineData("split_indices", "[2,0,0]", "feature 2 of 2")]
    [InlineData("split_indices", "[-1,0,0]", "negative feature")]
    [InlineData("split_conditions", "[1,1e99,2]", "not finite")]
    [InlineData("split_conditions", "{}", "array of numbers")]
    [InlineData("split_type", "[1,0,0]", "splits on categories")]
    [InlineData("tree_param", """{"size_leaf_vector":"3"}""", "multi_output_tree")]
    public void A_tree_that_is_none_is_refused_with_what_is_wrong(string member, string value, string reason) =>
        AssertRefused(model => Tree(model)[member] = JsonNode.Parse(value), reason);

    [Fact]
    public void A_tree_without_nodes_is_refused() => AssertRefused(
        model =>
        {
            foreach (var name in (string[])["left_children", "right_children", "split_indices", "split_conditions", "default_left"])
            {
                Tree(model)[name] = new JsonArray();
            }
        },
        "no nodes");

    [Theory]
    [InlineData("gradient_booster.name", "\"dart\"", "'dart'")]
    [InlineData("gradient_booster.name", "\"gblinear\"", "'gblinear'")]
    [InlineData("gradient_booster.model.tree_info", "[1]", "which output")]
    [InlineData("gradient_booster.model.tree_info", "[]", "which output")]
    [InlineData("gradient_booster.model.trees", "[1]", "list of objects")]
    [InlineData("objective.name", "\"survival:cox\"", "'survival:cox' of the model is not supported")]
    [InlineData("learner_model_param.base_score", "\"many\"", "base score 'many'")]
    [InlineData("learner_model_param.base_score", "\"[1,2]\"", "2 base scores for 1 outputs")]
    [InlineData("learner_model_param.num_feature", "\"-3\"", "no features")]
    [InlineData("learner_model_param.num_class", "\"2000000000\"", "more than 100000")]
    [InlineData("learner_model_param", "null", "Expected an object")]
    [InlineData("feature_names", """["one"]""", "1 feature names for 2 features")]
    public void A_model_of_an_unknown_kind_is_refused_by_name(string path, string value, string reason) => AssertRefused(
        model =>
        {
            var names = path.Split('.');
            names[..^1].Aggregate(model["learner"]!, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        },
        reason);

    [Theory]
    [InlineData("")]
    [InlineData("binf\0\0\0\0")]
    [InlineData("[]")]
    [InlineData("{\"learner\":{}} x")]
    [InlineData("{\"learner\":1,\"learner\":2}")]
    [InlineData("{\"a\":[1,\"x\"]}")]
    public void Something_else_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => TreeEnsembleReader.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Deep_nesting_is_refused_in_both_formats()
    {
        Assert.Throws<InvalidDataException>(() => TreeEnsembleReader.Read(
            Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 1_000_000))));
        Assert.Throws<InvalidDataException>(() => TreeEnsembleReader.Read(
            Encoding.ASCII.GetBytes("{i\u0001a" + new string('[', 1_000_000))));
    }

    [Theory]
    [InlineData("5B 24 64 23 4C 7F FF FF FF FF FF FF FF")]
    [InlineData("5B 24 64 23 4C 00 00 00 00 40 00 00 00")]
    [InlineData("5B 24 5A 23 6C 7F FF FF FF")]
    [InlineData("5B 23 6C 7F FF FF FF")]
    [InlineData("5B 23 69 FF")]
    [InlineData("5B 23 64 3F 80 00 00")]
    [InlineData("53 4C 7F FF FF FF FF FF FF FF")]
    [InlineData("53 69 01 FF")]
    [InlineData("48 69 01 31")]
    public void A_length_that_lies_costs_no_memory_and_is_refused(string value)
    {
        byte[] file = [.. "{i\u0001a"u8, .. Convert.FromHexString(value.Replace(" ", "", StringComparison.Ordinal)), (byte)'}'];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => TreeEnsembleReader.Read(file));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void What_pruning_left_behind_is_no_part_of_the_tree()
    {
        // Nodes 3 and 4 are reached by nobody, lead to each other, and split on a feature that does not exist.
        var tree = TreeReader.Read(
            JsonModelReader.Read("""
                {"left_children":[1,-1,-1,4,3],"right_children":[2,-1,-1,4,3],"split_indices":[0,0,0,2147483647,9],
                 "split_conditions":[0.5,1,2,3,4],"default_left":[0,0,0,0,0],"loss_changes":[7,0,0,9,9]}
                """u8),
            number: 0,
            features: 1);
        var importance = new double[1];
        new TreeEnsemble(Objective.Find("reg:squarederror"), 1, [0], [tree], [0]).AddImportance(importance);

        Assert.Equal((1, 2), (tree.Leaf([0]), tree.Leaf([1])));
        Assert.Equal([7], importance);
    }

    private static bool Evaluates(byte[] file, float[] rows)
    {
        try
        {
            var trees = TreeEnsembleReader.Read(file);
            var count = Math.Min(rows.Length / trees.FeatureCount, 12);
            trees.Margins(rows, count, new float[count * trees.OutputCount]);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void AssertRefused(Action<JsonNode> damage, string reason)
    {
        // x1 < 0.5 ? 1 : 2
        var model = JsonNode.Parse("""
            {"version":[1,7,4],"learner":{"feature_names":[],"objective":{"name":"reg:squarederror"},
             "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
             "gradient_booster":{"name":"gbtree","model":{"tree_info":[0],"trees":[
               {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[1,0,0],"split_conditions":[0.5,1,2],
                "default_left":[0,0,0],"split_type":[0,0,0],"sum_hessian":[2,1,1],"tree_param":{"size_leaf_vector":"0"}}]}}}}
            """)!;
        Assert.Equal(1, TreeEnsembleReader.Read(Encoding.UTF8.GetBytes(model.ToJsonString())).OutputCount);

        damage(model);

        var error = Assert.Throws<InvalidDataException>(
            () => TreeEnsembleReader.Read(Encoding.UTF8.GetBytes(model.ToJsonString())));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static JsonNode Tree(JsonNode model) => model["learner"]!["gradient_booster"]!["model"]!["trees"]![0]!;
}
