using System.Text;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Linear;

public sealed class LinearModelFileTests
{
    [Fact]
    public void A_model_of_the_first_version_still_loads()
    {
        const string File =
            """{"format":"skipper-linear","version":1,"features":2,"intercepts":[1,2],"coefficients":[[3,4],[5,6]]}""";

        using var model = Assert.IsType<IExplainedModel>(new LinearEngine().Load(Encoding.UTF8.GetBytes(File)), exactMatch: false);

        var row = new Matrix(1, 2, [10, 100]);
        Assert.Equal((ModelTask.Regression, 0, 2), (model.Task, model.ClassCount, model.TargetCount));
        Assert.Equal([431, 652], model.Predict(row).Values);
        Assert.Equal([50, 600, 2], model.Explain(row, 1).Values);
        Assert.Null(Assert.IsType<ICoefficientModel>(model, exactMatch: false).Coefficients[0].Intercept.StandardError);
    }

    [Theory]
    [InlineData("\"task\":\"ranking\"")]
    [InlineData("\"task\":\"nonsense\"")]
    [InlineData("\"task\":null")]
    [InlineData("\"task\":\"binary\",\"class_count\":3")]
    [InlineData("\"task\":\"multiclass\",\"class_count\":2")]
    [InlineData("\"feature_means\":[1,2]")]
    [InlineData("\"feature_means\":[1e999]")]
    [InlineData("\"statistics\":[{},{}]")]
    [InlineData("\"statistics\":[null]")]
    [InlineData("\"statistics\":null")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1]}]")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1,-1]}]")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1,1],\"degrees_of_freedom\":0}]")]
    [InlineData("\"notes\":null")]
    public void A_file_whose_parts_do_not_fit_is_refused(string member)
    {
        var file = $$"""{"format":"skipper-linear","version":2,"features":1,"intercepts":[1],"coefficients":[[1]],{{member}}}""";

        Assert.Throws<InvalidDataException>(() => new LinearEngine().Load(Encoding.UTF8.GetBytes(file)));
    }
}
