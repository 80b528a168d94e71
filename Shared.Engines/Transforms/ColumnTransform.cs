using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>
/// What is done to one value, with all that was learned from the training part. A missing value stays one, except where a transform
/// says otherwise; one of the wrong kind is refused.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ImputeTransform), "impute")]
[JsonDerivedType(typeof(LinearTransform), "linear")]
[JsonDerivedType(typeof(Log1pTransform), "log1p")]
[JsonDerivedType(typeof(OneHotTransform), "one_hot")]
[JsonDerivedType(typeof(OrdinalTransform), "ordinal")]
[JsonDerivedType(typeof(CyclicalTransform), "cyclical")]
public abstract record ColumnTransform
{
    /// <summary>What is appended to the column's name, for each value that comes out.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> Suffixes => [""];

    /// <summary>How many values come out.</summary>
    [JsonIgnore]
    public virtual int Width => 1;

    /// <summary>Whether texts come in.</summary>
    [JsonIgnore]
    public virtual bool TakesTexts => false;

    /// <summary>Whether texts come out, where texts come in.</summary>
    [JsonIgnore]
    public virtual bool GivesTexts => false;

    /// <summary>Transforms a value into as many as there are suffixes.</summary>
    /// <param name="column">For messages.</param>
    /// <param name="value">What came in.</param>
    /// <param name="results">Where the results go.</param>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: not a value that can be transformed.</exception>
    public abstract void Apply(string column, CellValue value, Span<CellValue> results);
}
