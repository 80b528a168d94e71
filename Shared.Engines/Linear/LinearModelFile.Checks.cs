namespace Skipper.Shared.Engines.Linear;

internal sealed partial record LinearModelFile
{
    private void RequireConsistentShape()
    {
        Require(Features > 0, "has no features");
        Require(
            Intercepts is { Length: > 0 } && Coefficients?.Length == Intercepts.Length
            && Coefficients.All(line => line?.Length == Features),
            $"expected {Features} coefficients per intercept");
        Require(
            Intercepts!.All(double.IsFinite) && Coefficients!.All(line => line.All(double.IsFinite)),
            "has coefficients that are not finite");
        Require(HasConsistentTask, $"has {Intercepts!.Length} lines for the task '{Task}' with {ClassCount} classes");
        Require(
            FeatureMeans is null || (FeatureMeans.Length == Features && FeatureMeans.All(double.IsFinite)),
            $"expected {Features} feature means");
        Require(
            Notes is not null && Statistics is not null
            && (Statistics.Length == 0 || Statistics.Length == Intercepts!.Length)
            && Statistics.All(AreUsable),
            $"expected {Features + 1} standard errors per intercept, and degrees of freedom above 0");
    }

    private bool AreUsable(LinearStatistics? line) =>
        line is { DegreesOfFreedom: null or > 0 }
        && (line.StandardErrors is null
            || (line.StandardErrors.Length == Features + 1 && line.StandardErrors.All(error => error is null or >= 0)));

    private bool HasConsistentTask => Task switch
    {
        "regression" => ClassCount == 0,
        "binary" => ClassCount == 2 && Intercepts.Length == 1,
        "multiclass" => ClassCount >= 2 && Intercepts.Length == ClassCount,
        _ => false,
    };

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The shape of the {FormatName} model file is wrong: it {problem}.");
        }
    }
}
