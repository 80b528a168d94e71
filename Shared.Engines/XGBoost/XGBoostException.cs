namespace Skipper.Shared.Engines.XGBoost;

/// <summary>The library refused a call; the text is its own, without the native stack.</summary>
internal sealed class XGBoostException(string message) : Exception(message);
