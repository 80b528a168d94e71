using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Preprocessing;

/// <summary>Recipes come as texts: parameters of a query, fields of a form, attributes of a push.</summary>
internal static class Recipes
{
    private static readonly JsonSerializerOptions FromTexts = new(MessageJson.Options)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <summary>A member of a recipe: <c>true</c> and <c>false</c> are what they say, numbers are read where one is wanted.</summary>
    public static JsonNode Value(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => text,
    };

    /// <param name="recipe">Its members.</param>
    /// <param name="strict">Whether a member that this recipe does not have is an error.</param>
    /// <exception cref="MeshException">A member is wrong or missing, or, where that counts, unknown.</exception>
    public static T Read<T>(JsonObject recipe, bool strict)
    {
        var members = FromTexts.GetTypeInfo(typeof(T)).Properties;
        var unknown = recipe.Select(member => member.Key).FirstOrDefault(name => members.All(member => member.Name != name));
        if (strict && unknown is not null)
        {
            throw MeshException.InvalidArgument(
                $"There is no parameter '{unknown}'; known are: {string.Join(", ", members.Select(member => member.Name))}.");
        }

        if (members.FirstOrDefault(member => member.IsRequired && !recipe.ContainsKey(member.Name)) is { } missing)
        {
            throw MeshException.InvalidArgument($"Parameter {missing.Name} is missing.");
        }

        try
        {
            return recipe.Deserialize<T>(FromTexts)!;
        }
        catch (JsonException exception)
        {
            var name = exception.Path?.Split('.')[^1] ?? "";
            throw MeshException.InvalidArgument($"Parameter {name} cannot be '{recipe[name]}'.");
        }
    }
}
