using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>The numbers of a split, loaded.</summary>
internal sealed record SplitArrays(PartArrays Train, PartArrays Test, PartArrays Validation);

/// <summary>Normalized features and targets of one part.</summary>
internal sealed record PartArrays(Matrix Features, Matrix Targets);
