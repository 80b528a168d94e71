namespace Skipper.Shared.Engines;

/// <summary>A model that was trained elsewhere.</summary>
/// <param name="Engine">Name of the engine that loads it.</param>
/// <param name="File">A model file of this engine.</param>
/// <param name="EngineVersion">Version of the library that saved it, <c>0.0.0</c> where it does not say.</param>
/// <param name="Task">What it answers.</param>
/// <param name="ClassCount">Number of classes, 0 where there are none.</param>
/// <param name="FeatureCount">Number of features a row must have.</param>
/// <param name="TargetCount">Number of targets.</param>
/// <param name="FeatureNames">One per feature, in order; none where the file has no names.</param>
/// <param name="Objective">XGBoost's name of what was minimized; empty where it is another engine's.</param>
/// <param name="AcceptsMissing">Whether features may be NaN, for missing.</param>
public sealed record ImportedModel(
    string Engine,
    byte[] File,
    string EngineVersion,
    ModelTask Task,
    int ClassCount,
    int FeatureCount,
    int TargetCount,
    IReadOnlyList<string> FeatureNames,
    string Objective,
    bool AcceptsMissing);
