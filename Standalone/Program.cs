using Skipper.Standalone;
using Skipper.Standalone.Demo;

switch (args)
{
    case ["demo", .. var options]:
        return await DemoCommand.RunAsync(options);
    case ["--help" or "-h" or "help", ..]:
        Console.WriteLine(Usage.Text);
        return 0;
    case [var command, ..] when !command.StartsWith('-'):
        Console.Error.WriteLine($"Unknown command '{command}'.\n\n{Usage.Text}");
        return 2;
    default:
        return await StandaloneMesh.RunAsync(args);
}
