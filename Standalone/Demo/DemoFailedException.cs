namespace Skipper.Standalone.Demo;

/// <summary>Something the demo promises did not work; the message says what.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
