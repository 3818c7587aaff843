using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Laddermill.Server.Ledger.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Hours : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "jobs_counts", table: "jobs");

            migrationBuilder.DropIndex(name: "jobs_state", table: "jobs");

            migrationBuilder.CreateTable(
                name: "hours",
                columns: table => new
                {
                    hour = table.Column<long>(type: "bigint", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    server = table.Column<string>(type: "text", nullable: false),
                    published = table.Column<int>(type: "integer", nullable: false),
                    film_seconds = table.Column<double>(type: "double precision", nullable: false),
                    encode_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    processor_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                    memory_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_hours",
                        x => new
                        {
                            x.hour,
                            x.pipeline,
                            x.server,
                        }
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_counts",
                table: "jobs",
                columns: new[] { "pipeline", "state", "created", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_ended",
                table: "jobs",
                columns: new[] { "ended", "state" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_state",
                table: "jobs",
                columns: new[] { "state", "created", "id" }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "hours");

            migrationBuilder.DropIndex(name: "jobs_counts", table: "jobs");

            migrationBuilder.DropIndex(name: "jobs_ended", table: "jobs");

            migrationBuilder.DropIndex(name: "jobs_state", table: "jobs");

            migrationBuilder.CreateIndex(
                name: "jobs_counts",
                table: "jobs",
                columns: new[] { "pipeline", "state" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_state",
                table: "jobs",
                columns: new[] { "state", "created" }
            );
        }
    }
}
