using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Streams;

/// <summary>Transforms one record after the other, by what is in it alone.</summary>
internal abstract class MemberTransform : IRecordTransform
{
    public Task TransformAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            Transform(record);
        }

        return Task.CompletedTask;
    }

    protected abstract void Transform(StreamRecord record);
}

internal sealed class KeepTransform(IReadOnlyList<string> members) : MemberTransform
{
    protected override void Transform(StreamRecord record)
    {
        var kept = new JsonObject();
        foreach (var member in members)
        {
            if (record.Value.Remove(member, out var value))
            {
                kept[member] = value;
            }
        }

        record.Value = kept;
    }
}

internal sealed class RenameTransform(IReadOnlyDictionary<string, string> names) : MemberTransform
{
    protected override void Transform(StreamRecord record)
    {
        var members = record.Value.Select(member => names.GetValueOrDefault(member.Key, member.Key)).ToList();
        if (members.CountBy(member => member).FirstOrDefault(member => member.Value > 1).Key is { } twice)
        {
            record.Fail("rename", $"two members would have the name {twice}");
            return;
        }

        var values = record.Value.Select(member => member.Value).ToList();
        record.Value.Clear();
        foreach (var (member, value) in members.Zip(values))
        {
            record.Value[member] = value;
        }
    }
}

internal sealed class RequireTransform(IReadOnlyList<string> members) : MemberTransform
{
    protected override void Transform(StreamRecord record)
    {
        var missing = members.Where(member => record.Value[member] is null).ToList();
        if (missing.Count > 0)
        {
            record.Fail("require", $"missing: {string.Join(", ", missing)}");
        }
    }
}

/// <summary>Leaves out what a condition does not hold for.</summary>
internal sealed class WhereTransform(StreamCondition condition) : MemberTransform
{
    protected override void Transform(StreamRecord record)
    {
        if (!Holds(Compare(record.Value[condition.Column])))
        {
            record.LeaveOut();
        }
    }

    private bool Holds(int? order) => condition.Is switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    /// <summary>Null where the two cannot be compared.</summary>
    private int? Compare(JsonNode? value) => (value?.GetValueKind(), condition.Value.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => value!.GetValue<double>().CompareTo(condition.Value.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) =>
            string.CompareOrdinal(value!.GetValue<string>(), condition.Value.GetString()),
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) =>
            value!.GetValue<bool>().CompareTo(condition.Value.GetBoolean()),
        _ => null,
    };
}
