using System.Text.Json;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class TrainingPlanTests
{
    private static readonly EngineCatalog Engines = EngineCatalog.CreateDefault();

    [Fact]
    public void The_request_of_the_original_engine_trains_the_default()
    {
        var plan = Create("""{"task_type":"training","payload":"0.2"}""");

        Assert.Equal("housing", plan.Model);
        Assert.Equal(Engines.Available[0], plan.Engine.Name);
        Assert.Equal(("0.2", "reference"), (plan.Split.Payload, plan.Split.Reply));
        Assert.Equal(("housing", null, 1), (plan.Split.Data!.Dataset, plan.Split.Data.Version, plan.Split.Data.Seed));
        Assert.Equal(["price", "ptratio"], plan.Split.Data.Targets);
        Assert.Equal(plan.Engine.Parameters.Count, plan.Parameters.Count);
    }

    [Theory]
    [InlineData("""{}""", "0.2")]
    [InlineData("""{"payload":0.25}""", "0.25")]
    [InlineData("""{"payload":"2e-1"}""", "0.2")]
    public void The_fraction_may_be_absent_text_or_a_number(string request, string fraction) =>
        Assert.Equal(fraction, Create(request).Split.Payload);

    [Fact]
    public void Everything_that_was_named_is_taken()
    {
        var plan = Create(
            """
            {"payload":"0.3","data":{"dataset":"weather","version":3,"targets":[" Rain ","wind"],"engine":"linear",
            "parameters":{"ridge":2},"model":"my-rain_1","seed":7}}
            """);

        Assert.Equal(("my-rain_1", "linear", 7), (plan.Model, plan.Engine.Name, plan.Seed));
        Assert.Equal(2, plan.Parameters["ridge"]);
        Assert.Equal(("weather", 3, 7), (plan.Split.Data!.Dataset, plan.Split.Data.Version, plan.Split.Data.Seed));
        Assert.Equal(["rain", "wind"], plan.Split.Data.Targets);
    }

    [Fact]
    public void A_model_is_named_like_its_dataset_unless_said_otherwise() =>
        Assert.Equal("weather", Create("""{"data":{"dataset":"weather","targets":["rain"]}}""").Model);

    [Theory]
    [InlineData("""{"payload":"much"}""", "payload must be the test fraction", "was 'much'")]
    [InlineData("""{"payload":"0"}""", "more than 0 and less than 1", "was '0'")]
    [InlineData("""{"payload":1}""", "more than 0 and less than 1", "was '1'")]
    [InlineData("""{"payload":"NaN"}""", "more than 0 and less than 1", "was 'NaN'")]
    [InlineData("""{"payload":"0,2"}""", "more than 0 and less than 1", "was '0,2'")]
    [InlineData("""{"data":{"dataset":"Housing"}}""", "data.dataset must be 1 to 64 lower case letters", "was 'Housing'")]
    [InlineData("""{"data":{"model":"a/b"}}""", "data.model must be 1 to 64 lower case letters", "was 'a/b'")]
    [InlineData("""{"data":{"model":"a\n"}}""", "data.model must be", "was 'a\n'")]
    [InlineData("""{"data":{"targets":[]}}""", "data.targets must name at least one column", "was empty")]
    [InlineData("""{"data":{"targets":["price"," "]}}""", "data.targets", "one name is empty")]
    [InlineData("""{"data":{"targets":["price",null]}}""", "data.targets", "one name is empty")]
    [InlineData("""{"data":{"targets":["price","PRICE"]}}""", "data.targets", "'price' is there twice")]
    [InlineData("""{"data":{"seed":-1}}""", "data.seed must be 0 or more", "was -1")]
    [InlineData("""{"data":{"version":0}}""", "data.version must be 1 or more", "was 0")]
    [InlineData("""{"data":{"engine":"torch"}}""", "Engine 'torch' is not known", "auto, xgboost, linear")]
    [InlineData("""{"data":{"engine":"linear","parameters":{"rigde":1}}}""", "no parameter 'rigde'", "mean 'ridge'")]
    [InlineData("""{"data":{"engine":"linear","parameters":{"ridge":-1}}}""", "'ridge' must be from 0", "was -1")]
    [InlineData("""{"data":{"task":"binery","targets":["y"]}}""", "no task 'binery'", "mean 'binary'")]
    [InlineData("""{"data":{"task":"multiclass"}}""", "must name one column for the task multiclass", "price, ptratio")]
    [InlineData("""{"data":{"engine":"linear","task":"ranking","targets":["y"],"group":"q"}}""", "'linear' does not train", "ranking")]
    [InlineData("""{"data":{"group":"q","targets":["y"]}}""", "data.group is only for rankings", "regression")]
    [InlineData("""{"data":{"engine":"linear","missing":"keep"}}""", "data.missing must be drop", "was keep")]
    [InlineData("""{"data":{"missing":"ignore"}}""", "data.missing must be drop or keep", "was 'ignore'")]
    [InlineData("""{"data":{"weight":"price"}}""", "Column 'price' cannot be both", "weight")]
    [InlineData("""{"data":{"features":["rm","RM"]}}""", "data.features must name each column once", "'rm' is there twice")]
    [InlineData("""{"data":{"folds":1}}""", "data.folds must be from 2 to 20", "was 1")]
    [InlineData("""{"data":{"limits":{"seconds":0}}}""", "data.limits.seconds must be more than 0", "was 0")]
    [InlineData("""{"data":{"limits":{"megabytes":-1}}}""", "data.limits.megabytes must be more than 0", "was -1")]
    [InlineData("""{"data":{"experiment":"a b"}}""", "data.experiment must be 1 to 64", "was 'a b'")]
    public void A_wrong_request_is_refused_with_what_was_expected_and_found(string request, string expected, string found)
    {
        var error = Assert.Throws<MeshException>(() => Create(request));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_come_with_the_targets_and_what_else_was_named_goes_to_the_data_service()
    {
        var data = Create(
            """
            {"data":{"targets":["y"],"features":["A","b"],"weight":"W","digest":"d1","split":{"method":"time","by":"at"}}}
            """).Split.Data!;

        Assert.Equal(["y", "w"], data.Targets);
        Assert.Equal(["a", "b"], data.Features);
        Assert.Equal(("time", "at", "d1", null), (data.Method, data.By, data.Digest, data.Missing));
    }

    [Fact]
    public void A_name_may_have_64_characters_and_not_one_more()
    {
        Assert.Equal(64, Create($$"""{"data":{"model":"{{new string('m', 64)}}"} }""").Model.Length);
        Assert.Throws<MeshException>(() => Create($$"""{"data":{"model":"{{new string('m', 65)}}"} }"""));
    }

    private static TrainingPlan Create(string request) => TrainingPlan.Create(
        JsonSerializer.Deserialize<TrainModel>(request, MessageJson.Options)!, Engines);
}
